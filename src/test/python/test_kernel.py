"""What a notebook needs from the real kernel: shown values, live progress, errors and interrupts."""
import base64
import re
import threading
import time

from jupyter_client.manager import start_new_kernel

IMPORTS = """
import static io.github.grisaille.nn.Layers.*;
import static io.github.grisaille.loss.Losses.*;
import static io.github.grisaille.optim.Optimizers.*;
import io.github.grisaille.data.*;
import io.github.grisaille.nn.*;
import io.github.grisaille.notebook.*;
import io.github.grisaille.plot.*;
import io.github.grisaille.tensor.*;
import io.github.grisaille.train.*;
import io.github.grisaille.train.gan.*;
import java.util.*;
import org.knowm.xchart.*;
import tech.tablesaw.api.*;
"""

TRAIN = """
Sequential model = sequential(dense(2, 8), tanh(), dense(8, 1));
Tensor one = Tensor.of(new float[] {1}, 1, 1);
History history = new Trainer(model, meanSquaredError()).steps(%s).title("a run")
    .fit((step, random) -> new Example(Latent.normal(2).draw(1, random, model.backend()), one));
"""


def html(cell):
    return [output.data.get("text/html", "") for output in cell.outputs if "data" in output]


def test_values_show_themselves(run_cells):
    cells = run_cells(
        IMPORTS,
        'Figures.curves("title", "x", "y", new double[] {1, 2}).line("a", new double[] {1, 4})',
        'new XYChartBuilder().title("plain XChart").build()',
        "ImageGrid.of(new float[2 * 4 * 4], 4, 4, 1)",
        'Table.create("a < b", DoubleColumn.create("n", new double[] {0.5, 1e-9}))',
        "sequential(dense(100, 128), tanh())",
        "Tensor.of(new float[] {1, 2, 3, 4}, 2, 2)",
        "Notebook.show(ImageGrid.of(new float[16], 4, 4, 1)); int after = 1;",
    )
    for cell in cells:
        assert not any(output.output_type == "error" or output.get("name") == "stderr" for output in cell.outputs), cell
    for cell in cells[1:4] + cells[7:]:
        assert base64.b64decode(cell.outputs[0].data["image/png"]).startswith(b"\x89PNG")
    assert cells[1].outputs[0].metadata["image/png"]["width"] == 720
    assert "a &lt; b" in html(cells[4])[0] and "0.5000" in html(cells[4])[0] and "1.000e-09" in html(cells[4])[0]
    assert "Dense(100 → 128)" in html(cells[5])[0] and "12,928" in html(cells[5])[0]
    assert "Tensor 2×2\n[[1, 2],\n [3, 4]]" in html(cells[6])[0]


def test_data_histories_and_measures_show_themselves(run_cells):
    cells = run_cells(
        IMPORTS + "import io.github.grisaille.metric.*;",
        "Mnist.test()",
        "Synthetic.ring(100, 1)",
        "ModeCoverage.ofRing(Synthetic.ring(100, 1).first(100))",
        TRAIN % 30,
        "history",
    )
    for cell in cells:
        assert not any(output.output_type == "error" or output.get("name") == "stderr" for output in cell.outputs), cell
    assert "10,000 images of 28×28×1" in html(cells[1])[0] and "<img" in html(cells[1])[0]
    assert "100 items of 2 values" in html(cells[2])[0] and "<img" in html(cells[2])[0]
    assert "<table>" in html(cells[3])[0] and "strict modes" in html(cells[3])[0]
    assert "<img" in html(cells[5])[0] and "30 steps; last: loss" in html(cells[5])[0]


def test_live_progress_ends_as_one_picture(run_cells):
    cells = run_cells(IMPORTS, TRAIN % 3000, "history.size()")
    shown = html(cells[1])
    assert len(shown) == 1
    assert "<b>a run</b>: done, 3,000 steps" in shown[0] and "<img" in shown[0]
    assert cells[2].outputs[0].data["text/plain"] == "3000"


def test_an_exception_is_an_error_of_the_cell_and_the_kernel_goes_on(run_cells):
    cells = run_cells(IMPORTS, "dense(3, 4).outputShape(Shape.of(2, 5))", "1 + 1")
    error = cells[1].outputs[0]
    assert error.output_type == "error"
    assert "Dense(3 → 4): got 2×5, wanted batch×3" in error.evalue + "".join(error.traceback)
    assert cells[2].outputs[0].data["text/plain"] == "2"


def test_a_picture_that_cannot_be_drawn_is_an_error_of_the_cell_too(run_cells):
    cells = run_cells(
        IMPORTS,
        """class NoFonts implements Picture {
            public java.awt.image.BufferedImage image() { throw new UnsatisfiedLinkError("no fonts"); }
            public int width() { return 1; }
            public String description() { return ""; }
        }""",
        "new NoFonts()",
        "1 + 1",
    )
    assert "cannot draw letters" in cells[2].outputs[0].evalue + "".join(cells[2].outputs[0].traceback)
    assert cells[3].outputs[0].data["text/plain"] == "2"


def test_a_training_run_can_be_interrupted_and_the_model_used():
    manager, client = start_new_kernel(kernel_name="grisaille")
    try:
        client.execute_interactive(IMPORTS, timeout=60)
        interrupted = []

        def interrupt_when_training(message):
            if message["msg_type"] == "update_display_data" and not interrupted:
                interrupted.append(time.monotonic())
                threading.Thread(target=manager.interrupt_kernel).start()

        reply = client.execute_interactive(TRAIN % 1_000_000_000, timeout=120, output_hook=interrupt_when_training)
        assert reply["content"]["status"] == "error"
        assert time.monotonic() - interrupted[0] < 30
        outputs = []
        reply = client.execute_interactive(
            "model.predict(Latent.normal(2).draw(1, 1)).shape()",
            timeout=60,
            output_hook=lambda message: outputs.append(message["content"]),
        )
        assert reply["content"]["status"] == "ok"
        assert any(output.get("data", {}).get("text/plain") == "1×1" for output in outputs)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_an_interrupted_training_leaves_a_checkpoint_and_goes_on(tmp_path):
    train = TRAIN.replace(".title(", f'.checkpoints(Checkpoints.in(java.nio.file.Path.of("{tmp_path}"))).title(')
    manager, client = start_new_kernel(kernel_name="grisaille")
    try:
        client.execute_interactive(IMPORTS, timeout=120)

        def interrupt_when_training():
            while not (tmp_path / ".lock").exists():
                time.sleep(0.1)
            time.sleep(2)
            manager.interrupt_kernel()

        threading.Thread(target=interrupt_when_training, daemon=True).start()
        assert client.execute_interactive(train % 1_000_000_000, timeout=120)["content"]["status"] == "error"
        # the training may still write its checkpoint; the next cell waits for it
        client.execute_interactive(f'var folder = java.nio.file.Path.of("{tmp_path}");', timeout=120)
        wait = "while (Checkpoints.in(folder).newest().isEmpty()) Thread.sleep(50);"
        client.execute_interactive(wait, timeout=120)
        client.execute_interactive("long done = Checkpoints.in(folder).newest().get().step();", timeout=120)
        outputs = []
        reply = client.execute_interactive(
            train.replace("%s", "done + 10") + 'System.out.println(done + " then " + (history.size() - done));',
            timeout=120,
            output_hook=lambda message: outputs.append(message["content"]),
        )
        assert reply["content"]["status"] == "ok", reply
        text = "".join(output.get("text", "") for output in outputs)
        assert text.endswith(" then 10\n") and not text.startswith("0 "), outputs
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_pictures_of_every_format_are_read(run_cells, tmp_path):
    """A kernel loads libraries with a class loader in which the JDK does not search for picture readers."""
    webp = "UklGRjYAAABXRUJQVlA4TCoAAAAvD8ADAB8gEEjeHzqN+RcQFPwf3fxHZA+AMNtokpOc5L3PIKL/UfrB9gE="
    for name in ("a.webp", "b.webp"):
        (tmp_path / name).write_bytes(base64.b64decode(webp))
    cells = run_cells(
        IMPORTS,
        f'System.setProperty("grisaille.cache", "{tmp_path}/cache");',
        f'ImageFolder.of(java.nio.file.Path.of("{tmp_path}"), 8)',
    )
    assert cells[2].outputs[0].data["text/plain"].startswith("2 pictures of 8×8"), cells[2]


def text(cell, name="stdout"):
    return "".join(output.text for output in cell.outputs if output.get("name") == name)


def error(cell):
    """The error of a cell as a reader sees it, without colours."""
    found = [output for output in cell.outputs if output.output_type == "error"]
    assert len(found) == 1, cell
    return found[0].evalue + "\n" + re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(found[0].traceback))


LINE = """
ArrayDataset inputs = new ArrayDataset(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 1);
ArrayDataset targets = new ArrayDataset(new float[] {2, 4, 6, 8, 10, 12, 14, 16}, 1);
History fit(float rate, int epochs) {
    Sequential line = sequential(dense(1, 1)).initialize(1);
    return new Trainer(line, meanSquaredError()).optimizer(sgd(rate)).batch(8).epochs(epochs).fit(inputs, targets);
}
"""


def test_charts_of_any_values_end(run_cells):
    """XChart runs for ever on values of 1e16, and a diverged training draws such a chart by itself."""
    cells = run_cells(
        IMPORTS,
        'Figures.curves("t", "x", "y", new double[] {1, 2, 3, 4}).line("a", new double[] {1, 2, 3, 1e16})',
        LINE,
        'fit(0.045f, 100).last("loss") > 1e20',
        'XYChart chart = new XYChartBuilder().build(); chart.addSeries("a", new double[] {1e-12, 2e-12, 4e-12}); chart',
        "1 + 1",
        timeout=60,
    )
    assert "image/png" in cells[1].outputs[0].data
    live, value = cells[3].outputs
    assert "done, 100 steps" in live.data["text/html"] and "<img" in live.data["text/html"]
    assert value.data["text/plain"] == "true"
    assert "image/png" in cells[4].outputs[0].data
    assert cells[5].outputs[0].data["text/plain"] == "2"


def test_the_exception_that_ends_training_arrives(run_cells):
    cells = run_cells(IMPORTS, LINE, "fit(0.1f, 200);", "1 + 1", timeout=60)
    assert "the loss is NaN or infinite" in error(cells[2]) and "Try a lower learning rate" in error(cells[2])
    assert "the loss is NaN or infinite" in html(cells[2])[0] and "<img" in html(cells[2])[0]
    assert cells[3].outputs[0].data["text/plain"] == "2"


def test_a_value_that_cannot_be_shown_is_an_error_of_the_cell(run_cells):
    """JJava shows values on the thread that waits for cells, so this thread must not end."""
    cells = run_cells(
        IMPORTS,
        "ImageGrid.of(Mnist.train().scaled(-1, 1).first(60000)).scale(3)",
        "1 + 1",
        'class Huge { public String toString() { return "x".repeat(2_000_000_000) + "y".repeat(2_000_000_000); } }',
        "new Huge()",
        'class Endless { public String toString() { return "" + this; } }',
        "new Endless()",
        "2 + 2",
        timeout=60,
    )
    assert "21,318×21,318 pixels" in error(cells[1]) and "show at most 17424 images" in error(cells[1])
    assert cells[2].outputs[0].data["text/plain"] == "2"
    assert "has no room for it" in error(cells[4])
    assert "its toString() calls itself for ever" in error(cells[6]) and len(error(cells[6])) < 5000
    assert cells[7].outputs[0].data["text/plain"] == "4"


def test_output_arrives_whole(run_cells):
    """The kernel's socket drops messages that are not fetched in time, so one message per line is too many."""
    cells = run_cells(
        """for (int i = 0; i < 200_000; i++) System.out.println("line " + i + " é€😀");
        throw new IllegalStateException("after them");""",
        r"""System.out.print("a"); System.err.print("b"); System.out.print("c\n"); "value" """,
        'for (int i = 0; i < 5_000; i++) { System.out.println("out " + i); System.err.println("err " + i); }',
        timeout=120,
    )
    assert text(cells[0]) == "".join(f"line {i} é€😀\n" for i in range(200_000))
    assert cells[0].outputs[-1].output_type == "error" and "after them" in error(cells[0])
    assert [(output.get("name"), output.get("text")) for output in cells[1].outputs[:-1]] == [("stdout", "ac\n"), ("stderr", "b")]
    assert cells[1].outputs[-1].data["text/plain"] == "value"
    for name in ("out", "err"):
        assert text(cells[2], f"std{name}") == "".join(f"{name} {i}\n" for i in range(5_000))


def test_output_keeps_its_order_and_moves():
    """Printed text comes before the picture that follows it, and a progress bar is visible while it moves."""
    manager, client = start_new_kernel(kernel_name="grisaille")
    try:
        client.execute_interactive(IMPORTS, timeout=60)
        seen = []

        def listen(message):
            content = message["content"]
            if message["msg_type"] in ("stream", "display_data", "execute_result"):
                shown = content.get("text") or ("picture" if "image/png" in content["data"] else content["data"]["text/plain"])
                seen.append((time.monotonic(), content.get("name", ""), shown))

        client.execute_interactive(
            """System.out.println("before");
            System.err.println("aside");
            Notebook.show(ImageGrid.of(new float[16], 4, 4, 1));
            System.out.println("after");
            42""",
            timeout=60,
            output_hook=listen,
        )
        assert [(name, shown) for _, name, shown in seen] == [
            ("stdout", "before\n"),
            ("stderr", "aside\n"),
            ("", "picture"),
            ("stdout", "after\n"),
            ("", "42"),
        ]
        seen.clear()
        client.execute_interactive(
            r'for (int i = 1; i <= 4; i++) { System.out.print("\r" + i + " of 4"); Thread.sleep(400); }',
            timeout=60,
            output_hook=listen,
        )
        assert "".join(shown for _, _, shown in seen) == "\r1 of 4\r2 of 4\r3 of 4\r4 of 4"
        assert len(seen) == 4 and seen[-1][0] - seen[0][0] > 0.8
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_cell_that_prints_for_ever_comes_to_an_end(run_cells):
    cells = run_cells(
        'String line = "x".repeat(999); for (int i = 0; i < 100_000; i++) System.out.println(line); int after = 1;',
        "after",
        timeout=120,
    )
    assert 32 << 20 <= len(text(cells[0])) < 34 << 20
    assert text(cells[0]).endswith("[the output of this cell ends here: it printed more than 32 MB]\n")
    assert cells[1].outputs[0].data["text/plain"] == "1"


def test_an_error_comes_first_and_names_what_is_missing(run_cells):
    cells = run_cells(
        "int twice(int x) { return half(x) * 4; }",
        "twice(3)",
        "missing(3);",
        "double half(int x) { return x / 2.0; }",
    )
    assert text(cells[1], "stderr") == (
        "the method twice uses names that are not defined: method half(int). Define them, then run this cell again.\n"
    )
    assert "twice(int)int" in error(cells[1]) or "Unresolved" in error(cells[1])
    assert "cannot find symbol" in error(cells[2]) and "incubating" not in error(cells[2])
    assert not cells[0].outputs
