"""What a notebook relies on: values that show themselves, live progress, errors and interrupts, in the real kernel."""
import base64
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
    assert "Tensor 2×2 [1.0, 2.0, 3.0, 4.0]" in html(cells[6])[0]


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
        # the training may be writing its checkpoint behind the cell: the next one waits for it
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
    """A kernel loads libraries where the JDK does not look for readers of pictures."""
    webp = "UklGRjYAAABXRUJQVlA4TCoAAAAvD8ADAB8gEEjeHzqN+RcQFPwf3fxHZA+AMNtokpOc5L3PIKL/UfrB9gE="
    for name in ("a.webp", "b.webp"):
        (tmp_path / name).write_bytes(base64.b64decode(webp))
    cells = run_cells(
        IMPORTS,
        f'System.setProperty("grisaille.cache", "{tmp_path}/cache");',
        f'ImageFolder.of(java.nio.file.Path.of("{tmp_path}"), 8)',
    )
    assert cells[2].outputs[0].data["text/plain"].startswith("2 pictures of 8×8"), cells[2]
