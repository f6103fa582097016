package io.github.grisaille.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.data.Synthetic;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.metric.FrechetDistance;
import io.github.grisaille.metric.GaussianFit;
import io.github.grisaille.metric.KernelDistance;
import io.github.grisaille.metric.ModeCoverage;
import io.github.grisaille.metric.PrecisionRecall;
import io.github.grisaille.nn.Layers;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.plot.Figures;
import io.github.grisaille.plot.ImageGrid;
import io.github.grisaille.plot.Picture;
import io.github.grisaille.plot.Rows;
import io.github.grisaille.plot.Showable;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.Trainer;
import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.LanguageInfo;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChartBuilder;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** The side of IJava, on its own library; JJava's side is tested in the real kernel. */
class NotebookTest {
    private static final class IJavaLike extends BaseKernel {
        @Override
        public DisplayData eval(String code) {
            return DisplayData.EMPTY;
        }

        @Override
        public LanguageInfo getLanguageInfo() {
            return new LanguageInfo.Builder("java").build();
        }
    }

    @AfterEach
    void detach() {
        Notebook.detach();
    }

    @Test
    void valuesShowThemselvesInIJava() throws IOException {
        BaseKernel kernel = new IJavaLike();
        Notebook.attach(new IJavaKernel(kernel));
        assertThat(pictureWidth(kernel, ImageGrid.of(new float[4], 2, 2, 1).scale(10)))
                .isEqualTo(26);
        assertThat(pictureWidth(
                        kernel, new XYChartBuilder().title("t").width(300).build()))
                .isEqualTo(600);
        assertThat(html(kernel, Figures.sideBySide(ImageGrid.of(new float[4], 2, 2, 1))))
                .contains("<img");
        assertThat(html(kernel, Table.create(DoubleColumn.create("x", new double[] {1.5}))))
                .contains(">1.500</td>");
        assertThat(html(kernel, Layers.sequential(Layers.dense(2, 3)))).contains("Dense(2 → 3)");
        assertThat(html(kernel, Layers.sequential(Layers.relu(), Layers.dense(2, 3))))
                .contains("ReLU\nDense(2 → 3)\n9 parameters");
        assertThat(html(kernel, Tensor.of(new float[] {1}, 1))).isEqualTo("<pre>Tensor 1\n[1]</pre>");
        assertThat(new LiveProgressProvider().available())
                .as("no cell is running")
                .isFalse();
    }

    @Test
    void dataSetsShowTheirFirstItems() {
        BaseKernel kernel = new IJavaLike();
        Notebook.attach(new IJavaKernel(kernel));
        String digits = html(kernel, Mnist.test());
        assertThat(digits)
                .startsWith("<div>10,000 images of 28×28×1, values from 0 to 1, with labels</div><img")
                .contains("alt=\"24 images\"");
        assertThat(html(kernel, Mnist.test().scaled(-1, 1).flat()))
                .startsWith(
                        "<div>10,000 images of 28×28×1 as vectors of 784, values from -1 to 1, with labels</div><img");
        assertThat(html(kernel, Synthetic.ring(3000, 1)))
                .startsWith("<div>3,000 items of 2 values</div><img")
                .contains("alt=\"the first 2,000 points\"");
        assertThat(html(kernel, Mnist.test().oneHotLabels(10)))
                .startsWith("<div>10,000 one-hot labels of 10 classes</div><table>")
                .contains("the first items", "value 9");
        assertThat(html(kernel, new ArrayDataset(new float[100], 50))).isEqualTo("<div>2 items of 50 values</div>");
        Dataset own = new Dataset() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public int[] shape() {
                return new int[] {4, 4, 5};
            }

            @Override
            public void read(int index, float[] target, int offset) {
                throw new AssertionError("nothing of this is shown");
            }
        };
        assertThat(html(kernel, own)).isEqualTo("<div>1 items of 4×4×5</div>");
    }

    @Test
    void measuresShowThemselvesAsATable() {
        BaseKernel kernel = new IJavaLike();
        Notebook.attach(new IJavaKernel(kernel));
        Tensor a = Latent.normal(2).draw(50, 1);
        Tensor b = Latent.normal(2).draw(50, 2);
        assertThat(html(kernel, FrechetDistance.between(a, b)))
                .contains("<caption>Fréchet distance</caption>", ">of the means</td>")
                .doesNotContain("±", "note");
        assertThat(html(kernel, KernelDistance.between(a, b, 1)))
                .contains(">±</th>", ">note</th>", "the smaller set has only 50 items");
        assertThat(html(kernel, PrecisionRecall.of(a, b))).contains(">recall</td>");
        assertThat(html(kernel, ModeCoverage.ofRing(a))).contains("<caption>coverage of 8 modes</caption>");
        assertThat(html(kernel, GaussianFit.of(a))).contains(">total variance</td>");
    }

    @Test
    void aHistoryShowsItsCurvesAndItsLastValues() {
        BaseKernel kernel = new IJavaLike();
        Notebook.attach(new IJavaKernel(kernel));
        Sequential network = Layers.sequential(Layers.dense(2, 1)).initialize(1);
        ArrayDataset items = new ArrayDataset(Latent.normal(2).draw(64, 1).toArray(), 2);
        ArrayDataset targets = new ArrayDataset(new float[64], 1);
        History history = new Trainer(network, Losses.meanSquaredError())
                .batch(16)
                .steps(12)
                .progress(Progress.silent())
                .fit(items, targets);
        assertThat(html(kernel, history))
                .startsWith("<img")
                .contains("alt=\"loss\"")
                .endsWith("<div>" + history + "</div>");
        assertThat(history.toString()).startsWith("12 steps; last: loss ").endsWith("rate 0.001000");
    }

    /** IJava's thread for cells would end on an error, as JJava's would. */
    @Test
    void aValueThatCannotBeShownIsAnException() {
        BaseKernel kernel = new IJavaLike();
        Notebook.attach(new IJavaKernel(kernel));
        Showable huge = () -> {
            throw new OutOfMemoryError("Java heap space");
        };
        assertThatThrownBy(() -> kernel.getRenderer().render(huge))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no room for it");
        Showable endless = new Showable() {
            @Override
            public String toHtml() {
                return toHtml();
            }
        };
        assertThatThrownBy(() -> kernel.getRenderer().render(endless)).hasMessageContaining("calls itself for ever");
    }

    private static int pictureWidth(BaseKernel kernel, Object value) throws IOException {
        String png = (String) kernel.getRenderer().render(value).getData(MIMEType.IMAGE_PNG);
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png)))
                .getWidth();
    }

    private static String html(BaseKernel kernel, Object value) {
        return (String) kernel.getRenderer().render(value).getData(MIMEType.TEXT_HTML);
    }

    /** Losses are read only now and then, so slow steps run for a while before a chart has anything to show. */
    @Test
    void progressWaitsForSomethingToChart() {
        AtomicLong seconds = new AtomicLong();
        List<String> shown = new ArrayList<>();
        LiveProgress progress = new LiveProgress(new Recording(shown), () -> seconds.get() * 1_000_000_000);
        Progress.Report empty = new Progress.Report(() -> "", () -> {
            throw new AssertionError("there is nothing to chart");
        });
        Progress.Report full = new Progress.Report(() -> "loss 0.5", () -> () -> "<img>");
        progress.begin("slow", 10);
        seconds.set(9);
        progress.update(1, empty);
        seconds.set(18);
        progress.update(2, full);
        progress.end(2, "done", full);
        assertThat(shown.get(1)).contains("1 of 10").doesNotContain("<img>");
        assertThat(shown.get(2)).contains("2 of 10", "loss 0.5", "<img>");
        assertThat(shown.get(3)).contains("done", "2 steps", "<img>");
    }

    /** What fails in a display is told there: training goes on, and its own message arrives. */
    @Test
    void aChartThatCannotBeDrawnIsToldInItsPlace() {
        AtomicLong seconds = new AtomicLong();
        List<String> shown = new ArrayList<>();
        LiveProgress progress = new LiveProgress(new Recording(shown), () -> seconds.get() * 1_000_000_000);
        Progress.Report broken = new Progress.Report(() -> "loss NaN", () -> {
            throw new OutOfMemoryError("a < b");
        });
        progress.begin("run", 10);
        seconds.set(9);
        progress.update(1, broken);
        progress.end(2, "step 2: the loss is NaN", broken);
        assertThat(shown.get(1)).contains("1 of 10", "The chart could not be drawn: a &lt; b");
        assertThat(shown.get(2)).contains("step 2: the loss is NaN", "The chart could not be drawn: a &lt; b");
    }

    /** The interrupt was for the training: how far it came is still shown. */
    @Test
    void anInterruptedTrainingShowsItsChart() {
        List<String> shown = new ArrayList<>();
        LiveProgress progress = new LiveProgress(new Recording(shown), () -> 0);
        Progress.Report report = new Progress.Report(
                () -> "loss 1",
                () -> Figures.curves("t", "x", "y", new double[] {1, 2}).line("a", new double[] {3, 4}));
        progress.begin("run", 10);
        Thread.currentThread().interrupt();
        progress.end(2, "training was interrupted after step 2 of 10", report);
        assertThat(Thread.interrupted()).as("the interrupt is not lost").isTrue();
        assertThat(shown.get(1)).contains("interrupted after step 2", "<img");
    }

    @Test
    void messagesAreHeldBackAfterABurst() {
        AtomicLong now = new AtomicLong();
        Pace pace = new Pace(now::get);
        for (int i = 0; i < 300; i++) {
            assertThat(pace.waitBefore(0)).isZero();
        }
        assertThat(pace.waitBefore(0)).isEqualTo(1_000_000);
        assertThat(pace.waitBefore(1 << 16)).as("a large one counts for five").isEqualTo(6_000_000);
        now.addAndGet(406_000_000);
        assertThat(pace.waitBefore(0)).isZero();
    }

    /** A kernel whose cell is always running, and that writes down what it is shown. */
    private record Recording(List<String> shown) implements JupyterKernel {
        @Override
        public <T> void showAsHtml(Class<T> type, Function<T, String> html) {}

        @Override
        public <T> void showAsPicture(Class<T> type, Function<T, Picture> picture) {}

        @Override
        public boolean attached() {
            return true;
        }

        @Override
        public void display(String id, String html) {
            shown.add(html);
        }

        @Override
        public void update(String id, String html) {
            shown.add(html);
        }

        @Override
        public void display(Object value) {
            shown.add(value.toString());
        }
    }

    @Test
    void outsideANotebookTheCallsSaySo() {
        assertThatThrownBy(Notebook::init).hasMessageContaining("call it only in an IJava notebook");
        assertThatThrownBy(() -> Notebook.show("x")).hasMessageContaining("no Jupyter kernel is connected");
        assertThat(new LiveProgressProvider().available()).isFalse();
    }

    @Test
    void longTablesAreCutInTheMiddleAndTextIsEscaped() {
        IntColumn numbers = IntColumn.create("n");
        StringColumn texts = StringColumn.create("<b>");
        for (int i = 0; i < 100; i++) {
            numbers.append(1000 + i);
            texts.append("&" + i);
        }
        String html = TableHtml.of(Table.create("a table", numbers, texts));
        assertThat(html)
                .contains(
                        "<caption>a table</caption>", "&lt;b&gt;", "&amp;9<", "&amp;90<", ">1,000<", "… 80 more rows …")
                .doesNotContain("&amp;10<", "&amp;89<");
    }

    private static List<String> cells(Table table) {
        return Pattern.compile("<td[^>]*>(.*?)</td>")
                .matcher(TableHtml.of(table))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void nanIsShownAsNanAndAMissingValueAsAnEmptyCell() {
        Table rows = Rows.titled("t", "name", "n", "x")
                .add("a", 1, null)
                .add(null, null, Double.NaN)
                .add("null", 3, Double.NEGATIVE_INFINITY)
                .table();
        assertThat(cells(rows)).containsExactly("a", "1", "", "", "", "NaN", "null", "3", "-Infinity");
        assertThat(cells(Table.create(DoubleColumn.create("x", 1.5, Double.NaN))))
                .containsExactly("1.500", "NaN");
        assertThat(cells(Table.create(FloatColumn.create("x", 1.5f, Float.NaN))))
                .containsExactly("1.500", "NaN");
        assertThat(cells(Table.create(IntColumn.create("n", 1, 2).setMissing(0))))
                .containsExactly("", "2");
        assertThat(cells(Rows.titled("t", "a").table())).isEmpty();
    }

    @Test
    void numbersHaveFourDigits() {
        assertThat(Numbers.fourDigits(0)).isEqualTo("0");
        assertThat(Numbers.fourDigits(20)).isEqualTo("20");
        assertThat(Numbers.fourDigits(19.9999)).isEqualTo("20.00");
        assertThat(Numbers.fourDigits(1234.567)).isEqualTo("1235");
        assertThat(Numbers.fourDigits(0.00012345)).isEqualTo("0.0001234");
        assertThat(Numbers.fourDigits(-2.5e-7)).isEqualTo("-2.500e-07");
        assertThat(Numbers.fourDigits(Double.NaN)).isEqualTo("NaN");
    }
}
