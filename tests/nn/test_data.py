"""Data sets, splits, batches, CSV files and their preprocessing."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import datasets

from nn import Data, Preprocessing, load_data, two_moons
from nn.data import sets
from nn.data.dataset import batches

FLOWERS = """\
petal,colour,weight,species
1.5,red,10,rose
2.5,white,20,lily
3.5,red,30,rose
4.5,blue,40,lily
"""


def csv_file(folder, text, name="flowers.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


class TestSets:
    @pytest.mark.parametrize(
        ("name", "classes"),
        [("moons", 2), ("circles", 2), ("blobs", 3), ("spiral", 2), ("xor", 2)],
    )
    def test_drawn_at_random(self, name, classes):
        data = load_data(name, samples=90, seed=3)
        assert data.X.shape == (90, 2)
        assert data.X.dtype == np.float64
        assert set(data.y.tolist()) == set(range(classes))
        assert data.classes == [str(i) for i in range(classes)]
        again = load_data(name, samples=90, seed=3)
        assert np.array_equal(again.X, data.X) and np.array_equal(again.y, data.y)
        other = load_data(name, samples=90, seed=4)
        assert name == "xor" or not np.array_equal(other.X, data.X)
        noisy = load_data(name, samples=90, seed=3, noise=3.0)
        assert abs(noisy.X).max() > abs(data.X).max()

    @pytest.mark.parametrize("samples", [3, 100, 201])
    def test_points_are_those_of_scikit_learn_to_the_last_bit(self, samples):
        for name, settings in (
            ("moons", {"noise": 0.2}),
            ("circles", {"noise": 0.2, "factor": 0.5}),
            ("blobs", {"cluster_std": 0.2}),
        ):
            make = getattr(datasets, f"make_{name}")
            X, y = make(n_samples=samples, random_state=5, **settings)
            ours = load_data(name, samples=samples, noise=0.2, seed=5)
            assert (ours.X == X).all() and (ours.y == y).all()

    def test_moons_are_those_of_two_moons(self):
        X, y = two_moons()
        data = load_data("moons")
        assert data.X.tolist() == X
        assert (2 * data.y - 1).tolist() == y

    def test_what_a_spiral_and_an_xor_are(self):
        spiral = load_data("spiral", noise=0.0)
        one, two = spiral.X[spiral.y == 0], spiral.X[spiral.y == 1]
        assert np.allclose(one, -two)
        assert np.hypot(*spiral.X.T).max() == pytest.approx(1.0)
        xor = load_data("xor")
        assert (((xor.X > 0).sum(axis=1) == 1) == (xor.y == 1)).all()

    def test_measured(self):
        iris, digits = load_data("iris"), load_data("digits")
        assert repr(iris) == "Data iris: 150 samples, 4 features, 3 classes"
        assert iris.classes == ["setosa", "versicolor", "virginica"]
        assert digits.X.shape == (1797, 64)
        assert (digits.X.min(), digits.X.max()) == (0.0, 1.0)
        assert len(digits.classes) == 10

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"what": "moon"}, "moons, circles, .*digits, or a CSV file; got 'moon'"),
            ({"what": "moons", "samples": 1}, "moons needs at least 2 samples"),
            ({"what": "moons", "samples": 9.5}, r"2 samples, .*; got 9\.5"),
            ({"what": "xor", "noise": -1.0}, r"noise of at least 0; got -1\.0"),
            ({"what": "xor", "target": "y"}, "xor needs no target; got 'y'"),
            ({"what": "iris", "samples": 20}, "iris needs no samples; got 20"),
            ({"what": "a.csv", "seed": 2}, r"a\.csv needs no seed; got 2"),
        ],
    )
    def test_refused(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            load_data(**arguments)

    def test_sizes_must_fit(self):
        X, y = np.zeros((3, 2)), np.zeros(3)
        with pytest.raises(ValueError, match="rows of 1 features; got an array"):
            Data(X, y, ["a"], [], "mine", "y")
        with pytest.raises(ValueError, match="got 3 samples and 2 targets"):
            Data(X, y[:2], ["a", "b"], [], "mine", "y")
        with pytest.raises(ValueError, match="got 0 samples and 0 targets"):
            Data(X[:0], y[:0], ["a", "b"], [], "mine", "y")
        with pytest.raises(ValueError, match="numbers from 0 to 1; got 2 in row 2"):
            Data(X, np.arange(3), ["a", "b"], ["no", "yes"], "mine", "y")
        with pytest.raises(ValueError, match=r"from 0 to 1; got 0\.7 in row 1"):
            Data(X, [0, 0.7, 1], ["a", "b"], ["no", "yes"], "mine", "y")


class TestSplit:
    def test_each_class_alike_and_nothing_lost(self):
        data = load_data("blobs", samples=100)
        train, test = data.split(share=0.3, seed=5)
        assert (len(train), len(test)) == (70, 30)
        assert np.bincount(test.y).tolist() == [10, 10, 10]
        rows = [*map(tuple, train.X), *map(tuple, test.X)]
        assert sorted(rows) == sorted(map(tuple, data.X))
        same = data.split(share=0.3, seed=5)[1]
        assert np.array_equal(same.X, test.X)
        assert not np.array_equal(data.split(share=0.3, seed=6)[1].X, test.X)

    def test_of_numbers(self):
        X = np.arange(10.0).reshape(10, 1)
        data = Data(X, 2 * X[:, 0], ["x"], [], "line", "y")
        train, test = data.split()
        assert (len(train), len(test)) == (8, 2)
        assert (test.y == 2 * test.X[:, 0]).all()
        assert repr(data) == "Data line: 10 samples, 1 feature, numbers as targets"

    @pytest.mark.parametrize("share", [0.0, 1.0, -0.5, float("nan")])
    def test_a_share_that_is_none(self, share):
        with pytest.raises(ValueError, match="share between 0 and 1; got"):
            load_data("moons").split(share)

    def test_a_part_without_samples(self):
        with pytest.raises(ValueError, match=r"each part; got 3 for a share of 0\.1"):
            load_data("blobs", samples=3).split(0.1)


class TestBatches:
    def test_every_sample_once_in_an_order_of_the_epoch(self):
        first = batches(10, 4, seed=0, epoch=0)
        assert [len(batch) for batch in first] == [4, 4, 2]
        assert sorted(i for batch in first for i in batch) == list(range(10))
        assert first == batches(10, 4, seed=0, epoch=0)
        assert first != batches(10, 4, seed=0, epoch=1)
        assert first != batches(10, 4, seed=1, epoch=0)
        assert batches(3, None, seed=0, epoch=7) == [[0, 1, 2]]


class TestTables:
    def test_numbers_words_and_classes(self, tmp_path):
        data = load_data(csv_file(tmp_path, FLOWERS))
        assert data.features == [
            "petal", "colour=blue", "colour=red", "colour=white", "weight"
        ]  # fmt: skip
        assert data.X[3].tolist() == [4.5, 1.0, 0.0, 0.0, 40.0]
        assert data.classes == ["lily", "rose"]
        assert data.y.tolist() == [1, 0, 1, 0]
        assert (data.name, data.target) == ("flowers", "species")

    def test_another_target(self, tmp_path):
        data = load_data(csv_file(tmp_path, FLOWERS), target="weight")
        assert data.classes == []
        assert data.y.tolist() == [10.0, 20.0, 30.0, 40.0]
        assert data.features[-2:] == ["species=lily", "species=rose"]

    @pytest.mark.parametrize(
        ("cells", "classes"),
        [
            ("0 1 2 1", ["0", "1", "2"]),
            ("-1 1 1 -1", ["-1", "1"]),
            ("0 1 1 0.0", ["0", "1"]),
            ("1 2 3 4", []),
            ("0 1 0.5 1", []),
            ("0 0 0 0", []),
        ],
    )
    def test_which_numbers_are_classes(self, tmp_path, cells, classes):
        text = "x,y\n" + "".join(f"1,{cell}\n" for cell in cells.split())
        data = load_data(csv_file(tmp_path, text))
        assert data.classes == classes
        if classes:
            numbers = [f"{float(cell):g}" for cell in cells.split()]
            assert [data.classes[i] for i in data.y] == numbers

    def test_as_spreadsheets_write_it(self, tmp_path):
        text = '\ufeffname ; "a;b"; y\r\n"x"; 1.5; yes\r\n\r\nz;2e3;no\r\n ; ;\r\n'
        data = load_data(csv_file(tmp_path, text))
        assert data.features == ["name=x", "name=z", "a;b"]
        assert data.X[:, 2].tolist() == [1.5, 2000.0]
        assert data.classes == ["no", "yes"]

    def test_commas_in_quoted_names(self, tmp_path):
        text = '\n"height, cm";"weight, kg";"kind, short\nor long"\n1;2;x\n3;4;y\n'
        data = load_data(csv_file(tmp_path, text))
        assert data.features == ["height, cm", "weight, kg"]
        assert data.X.tolist() == [[1.0, 2.0], [3.0, 4.0]]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("a,b\n1,2\n\n,4\n", r"got '' in row 2 \(line 4\), column 'a'"),
            ("a,b\n1,x\n1,NA\n", r"got 'NA' in row 2 \(line 3\), column 'b'"),
            ("a,b\n1,2\n3\n", r"2 cells a row; got 1 in row 2 \(line 3\)"),
            ("a,b\n1,2\n3,4,5\n", r"2 cells a row; got 3 in row 2"),
            ("a,b\n1,2\n2,3\n1x,2\n", r"got '1x' in row 3 .* where most are numbers"),
            ('a,b\n1,"x\n2,y\n3,z\n', "unexpected end .* line 4 .*a quotation mark"),
            ("a,b\ninf,2\n1,3\n2,4\n", "got 'inf' in row 1"),
            ("a,b\n", "rows below the names; got none"),
            ("", "a first line with names; .* is empty"),
            ("1,2\n3,4\n", "the columns' names; got numbers"),
            ("5.1,1,rose\n4.9,2,lily\n", r"names; got numbers, '5\.1', '1', in"),
            ("a,a\n3,4\n", "a name of its own for each column; got 'a' twice"),
            ("a,\n3,4\n", "a name for each column; got none for column 2"),
            ("a\n1\n2\n", "a column besides the target 'a'; got none"),
            ("a,b\n1,x\n2,x\n", "at least two classes; got 'x' in every row"),
        ],
    )
    def test_refused_by_place(self, tmp_path, text, message):
        with pytest.raises(ValueError, match=message):
            load_data(csv_file(tmp_path, text))

    def test_years_can_be_names(self, tmp_path):
        data = load_data(csv_file(tmp_path, "2019,2020,y\n1,2,3\n4,5,7\n"))
        assert data.features == ["2019", "2020"]

    def test_names_among_the_columns(self, tmp_path):
        for cells, found in (
            ([f"n{i}" for i in range(101)] * 2, "got 101 in the 202 rows of 'name'"),
            (
                [f"2026-01-{i}" for i in range(10, 21)],
                "got 11 in the 11 rows of 'name'",
            ),
        ):
            text = "name,y\n" + "".join(f"{c},{i % 2}\n" for i, c in enumerate(cells))
            with pytest.raises(ValueError, match=f"at most 100 of them; {found}"):
                load_data(csv_file(tmp_path, text))

    def test_what_is_no_text(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_bytes(b"a,b\n\xff,1\n")
        with pytest.raises(ValueError, match="text in UTF-8; got byte 0xff at 4"):
            load_data(path)

    def test_an_unknown_target_or_file(self, tmp_path):
        with pytest.raises(ValueError, match="'species'; got 'kind'"):
            load_data(csv_file(tmp_path, FLOWERS), target="kind")
        with pytest.raises(FileNotFoundError):
            load_data(tmp_path / "none.csv")


class TestPreprocessing:
    def test_is_learned_from_one_part_and_applied_to_others(self, tmp_path):
        data = load_data(csv_file(tmp_path, FLOWERS), target="weight")
        train, test = data.split(share=0.25)
        preprocessing = Preprocessing.fit(train)
        done, other = preprocessing.apply(train), preprocessing.apply(test)
        assert done.X[:, 0].mean() == pytest.approx(0.0)
        assert done.X[:, 0].std() == pytest.approx(1.0)
        assert (done.y.mean(), done.y.std()) == (pytest.approx(0.0), pytest.approx(1.0))
        mean, scale = train.X[:, 0].mean(), train.X[:, 0].std()
        assert other.X[:, 0].tolist() == [(test.X[0, 0] - mean) / scale]
        assert np.array_equal(done.X[:, 1:], train.X[:, 1:])
        assert preprocessing.predictions(other.y) == pytest.approx(test.y.tolist())
        assert np.array_equal(data.standardised().X[:, 1:], data.X[:, 1:])

    def test_a_column_that_never_varies(self):
        X = np.array([[0.1, 1.0]] * 3)
        data = Data(X, np.full(3, 0.1), ["a", "b"], [], "flat", "y")
        assert not Preprocessing.fit(data).apply(data).X.any()
        assert not Preprocessing.fit(data).apply(data).y.any()

    @pytest.mark.parametrize("size", [1e308, 1e-310])
    def test_columns_at_the_ends_of_floats(self, size):
        X = size * np.array([[-1.0], [-1.0], [1.0], [1.0]])
        data = Data(X, X[:, 0], ["a"], [], "far", "y").standardised()
        assert data.X[:, 0].tolist() == data.y.tolist() == [-1.0, -1.0, 1.0, 1.0]

    def test_classes_are_named(self):
        preprocessing = Preprocessing.fit(load_data("moons"))
        assert preprocessing.predictions([-1.0, 2.0]) == ["0", "1"]
        assert preprocessing.predictions([[-1.0], [2.0]]) == ["0", "1"]
        assert preprocessing.predictions([[3.0, 2.0]]) == ["0"]

    def test_new_rows_by_what_was_kept(self, tmp_path):
        data = load_data(csv_file(tmp_path, FLOWERS))
        kept = Preprocessing.from_json(Preprocessing.fit(data).to_json())
        assert kept == Preprocessing.fit(data)
        new = csv_file(tmp_path, "id,weight,colour,petal\n7,20,white,2.5\n", "new.csv")
        assert np.array_equal(kept.read(new), kept.apply(data).X[1:2])
        new = csv_file(tmp_path, "weight,colour,petal\n20,pink,2.5\n", "new.csv")
        with pytest.raises(ValueError, match="'red', 'white'; got 'pink' in row 1"):
            kept.read(new)
        new = csv_file(tmp_path, "weight,colour,petal\n20,red,x\n", "new.csv")
        with pytest.raises(ValueError, match="column 'petal'; got 'x' in row 1"):
            kept.read(new)
        new = csv_file(tmp_path, "weight,petal\n20,1\n", "new.csv")
        with pytest.raises(ValueError, match="got none named 'colour'"):
            kept.read(new)

    def test_numbers_come_back_as_they_were(self):
        X = np.arange(4.0).reshape(4, 1)
        data = Data(X, 10.0 * X[:, 0] + 100.0, ["x"], [], "line", "y")
        preprocessing = Preprocessing.fit(data)
        outputs = preprocessing.apply(data).y
        for given in (outputs, outputs.reshape(-1, 1)):
            assert preprocessing.predictions(given) == pytest.approx(data.y.tolist())

    def test_other_data_and_other_json(self):
        preprocessing = Preprocessing.fit(load_data("moons"))
        with pytest.raises(
            ValueError, match="columns 'x1', 'x2'; got the columns 'sepal"
        ):
            preprocessing.apply(load_data("iris"))
        with pytest.raises(ValueError, match="the classes '0', '1'; got '0', '1', '2'"):
            preprocessing.apply(load_data("blobs"))
        for text in ("", "[]", "{}", '{"columns": 1}', preprocessing.to_json()[:-1]):
            with pytest.raises(ValueError, match="JSON that to_json wrote; got"):
                Preprocessing.from_json(text)
        shorter = preprocessing.to_json().replace('"x1": [], ', "")
        with pytest.raises(ValueError, match="other than 1 features"):
            Preprocessing.from_json(shorter)


@pytest.mark.parametrize("name", sets.DRAWN)
def test_without_numpy_the_usual_points_are_there(name, monkeypatch):
    drawn = load_data(name)
    monkeypatch.setattr(sets, "find_spec", lambda library: None)
    assert np.array_equal(load_data(name).X, drawn.X)
    assert load_data(name).y.tolist() == drawn.y.tolist()
