"""The problem sets, graded by nbgrader: solutions, untouched releases, wrong answers, and single solutions."""
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from conftest import PROJECT
from nbgrader.api import Gradebook

COURSE = PROJECT / "notebooks" / "assignments"
SETS = sorted(path.name for path in (COURSE / "source").iterdir())
POINTS = 20
AT_ONCE = 2


@dataclass(frozen=True)
class Mistake:
    """A wrong answer, made by replacing a part of the solution, and the test cells that must fail."""

    answer: str
    right: str
    wrong: str
    lost: tuple


# one mistake per problem, in the order of the problems; each loses a part of the problem's points
MISTAKES = {
    "1-backward-passes": (
        # a mean over the batch in place of the sum
        Mistake("dense-weights", "* dy[n][j]", "* dy[n][j] / x.length", ("dense-weights-test",)),
        # no stride
        Mistake("convolution-weights", "row = i * stride", "row = i", ("convolution-weights-strided-test",)),
        # the last of equal values in place of the first
        Mistake("max-pooling", "[c] > x[row]", "[c] >= x[row]", ("max-pooling-ties-test",)),
    ),
    "2-the-gray-trap": (
        # one mean for all channels
        Mistake("flat-colour", "x[i] - mean[i % channels]", "x[i] - mean[0]", ("flat-colour-test",)),
        # a sum over the pictures in place of the mean
        Mistake("dependence", "sum / pictures.length", "sum", ("dependence-test",)),
        # NaN where all gradients are zero
        Mistake("signal", "norms == 0 ? 0 : ", "", ("signal-zero-test",)),
        # leaves the plateau, but not far enough
        Mistake("escape", "adam(4e-3f)", "sgd(2)", ("escape-tenth-test",)),
    ),
    "3-autoencoders": (
        # linear, so it cannot be better than PCA
        Mistake("autoencoder", " tanh(),", "", ("autoencoder-arc-test",)),
        # the derivative of e^(v/2) without its ½
        Mistake("draw-gradient", " / 2 * noise", " * noise", ("draw-gradient-variances-test",)),
        # a sum over the batch in place of the mean, which the visible test of one item does not see
        Mistake("divergence-gradient", "mean[n][j] / batch", "mean[n][j]", ("divergence-gradient-test",)),
        # overflows
        Mistake(
            "likelihood",
            "Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)))",
            "Math.log(1 + Math.exp(a))",
            ("likelihood-large-test",),
        ),
    ),
    "4-gan-losses": (
        # the logarithm of 0
        Mistake(
            "g-losses",
            "Math.max(-a, 0) + Math.log1p(Math.exp(-Math.abs(a)))",
            "-Math.log(1 / (1 + Math.exp(-a)))",
            ("sure-players-test",),
        ),
        # 0 / 0, which the visible test does not see
        Mistake("best-d", "p[i] + q[i] == 0 ? 0.5 : ", "", ("best-d-test",)),
        # a cause that is in the table but is not the cause of this game
        Mistake("causes", '"A" -> "RATE_TOO_HIGH"', '"A" -> "D_TOO_FAST"', ("cause-a-test",)),
        # a penalty so strong that D stays flat: the place is right, the width is not
        Mistake("mend", "r1(0.1f)", "r1(100)", ("mend-deviation-test",)),
    ),
    "5-dcgan": (
        # crops only one border
        Mistake("sizes", "- 2 * padding", "- padding", ("transposed-test",)),
        # no stride
        Mistake("transposed-convolution", "row = i * stride", "row = i", ("transposed-convolution-strided-test",)),
        # as if the mean did not depend on x
        Mistake("batch-norm-input", " - sum / items", "", ("batch-norm-input-test",)),
        # a bias that batch normalisation undoes
        Mistake("generator", "4, 1, 0, false", "4, 1, 0, true", ("generator-rules-test",)),
        # the biased covariance
        Mistake("covariance", "(x.length - 1)", "x.length", ("covariance-test",)),
    ),
}


def source(name):
    return nbformat.read(COURSE / "source" / name / f"{name}.ipynb", as_version=4)


def is_answer(cell):
    return cell.metadata.get("nbgrader", {}).get("solution", False)


def is_test(cell):
    return cell.metadata.get("nbgrader", {}).get("grade", False)


def problems(name):
    """The code cells of each problem."""
    found = []
    for cell in source(name).cells:
        if cell.cell_type == "markdown" and re.search(r"^## Problem \d", cell.source, re.MULTILINE):
            found.append([])
        elif cell.cell_type == "code" and found:
            found[-1].append(cell)
    return found


def points(cells):
    return {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points for cell in cells if is_test(cell)}


def solution(cell):
    """The notebook that a student hands in."""
    lines = [line for line in cell.source.splitlines() if not re.search("(BEGIN|END) SOLUTION", line)]
    return "\n".join(lines)


def scenarios(name):
    """The answers of each student and the score that each test cell must get: {student: (answers, scores)}."""
    parts = problems(name)
    answers = [{cell.metadata.nbgrader.grade_id: solution(cell) for cell in cells if is_answer(cell)} for cells in parts]
    every = {key: text for each in answers for key, text in each.items()}
    full = points([cell for cells in parts for cell in cells])
    nothing = dict.fromkeys(full, 0)
    students = {"untouched": ({}, nothing), "solution": (every, full)}
    for i, cells in enumerate(parts):
        students[f"only-{i + 1}"] = (answers[i], nothing | points(cells))
    # the single solutions show that no problem depends on another, so one notebook can have a mistake in every problem
    wrong, left = dict(every), dict(full)
    for mistake in MISTAKES[name]:
        assert mistake.right in wrong[mistake.answer], mistake
        wrong[mistake.answer] = wrong[mistake.answer].replace(mistake.right, mistake.wrong)
        left |= dict.fromkeys(mistake.lost, 0)
    students["wrong"] = (wrong, left)
    return students


def nbgrader(course, *words):
    """nbgrader searches its tools on the PATH."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    result = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words], cwd=course, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout + result.stderr


def grade(name, course, students=None):
    """Generates the release, hands in for every student, and autogrades: {student: {test cell: score}}."""
    shutil.copy(COURSE / "nbgrader_config.py", course)
    shutil.copytree(COURSE / "source" / name, course / "source" / name)
    nbgrader(course, "generate_assignment", name)
    released = (course / "release" / name / f"{name}.ipynb").read_text()
    assert "SOLUTION" not in released and "HIDDEN" not in released
    students = students or scenarios(name)
    for student, (answers, _) in students.items():
        notebook = nbformat.read(course / "release" / name / f"{name}.ipynb", as_version=4)
        for cell in notebook.cells:
            if is_answer(cell):
                cell.source = answers.get(cell.metadata.nbgrader.grade_id, cell.source)
        folder = course / "submitted" / student / name
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{name}.ipynb")
    nbgrader(course, "autograde", name)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        return {
            student: {each.name: each.score for each in book.find_submission_notebook(name, name, student).grades}
            for student in students
        }


@pytest.fixture(scope="session")
def gradings(request, tmp_path_factory):
    """The sets that the chosen tests need, graded in parallel, each in its own course folder."""
    wanted = {item.callspec.params["name"] for item in request.session.items if "gradings" in getattr(item, "fixturenames", ())}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {name: pool.submit(grade, name, tmp_path_factory.mktemp("course")) for name in sorted(wanted)}


@pytest.mark.parametrize("name", SETS)
def test_is_graded_as_it_should_be(name, gradings):
    scores = gradings[name].result()
    assert scores == {student: expected for student, (_, expected) in scenarios(name).items()}


@pytest.mark.parametrize("name", SETS)
def test_is_made_for_grading(name):
    notebook = source(name)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    tests = [cell for cell in code if is_test(cell)]
    assert notebook.metadata.kernelspec.language == "java"
    assert sum(points(tests).values()) == POINTS
    assert not any(cell.outputs or cell.execution_count for cell in code)
    # nbgrader would take a value at the end of a test cell for partial points
    assert [cell.id for cell in tests if not re.search(r"System\.out\.println\(.*\);$", cell.source)] == []
    assert [cell.id for cell in code[1:] if re.search(r"^import ", cell.source, re.MULTILINE)] == []
    parts = problems(name)
    assert len(parts) == len(MISTAKES[name])
    for cells, mistake in zip(parts, MISTAKES[name]):
        own = points(cells)
        assert len(own) > 1
        assert mistake.answer in [cell.id for cell in cells if is_answer(cell)]
        assert set(mistake.lost) < set(own)
    hidden = [cell for cell in tests if "BEGIN HIDDEN TESTS" in cell.source]
    assert hidden == tests


def test_a_flood_of_output_loses_only_its_own_points(tmp_path):
    """A method that prints 40,000 lines, and is wrong: the other problems of the notebook keep their points."""
    name = "2-the-gray-trap"
    flood = "for (int line = 0; line < 40_000; line++) System.out.println(\"a line of debugging, number \" + line);\n"
    _, full = scenarios(name)["solution"]
    every, _ = scenarios(name)["solution"]
    mistake = next(each for each in MISTAKES[name] if each.answer == "dependence")
    wrong = every[mistake.answer].replace(mistake.right, mistake.wrong)
    loud = re.sub(r"(double dependence\([^{]*\{\n)", lambda head: head[1] + flood, wrong)
    assert loud != wrong
    scores = grade(name, tmp_path, {"loud": (every | {mistake.answer: loud}, None)})
    assert scores["loud"] == full | dict.fromkeys(mistake.lost, 0)
