"""The comparison must find what a loader can break. Run by interop/main.py before anything else."""

import unittest
from decimal import Decimal

import values
from compare import Expectation, compare, folded
from loaders.differences import as_decimal_38_9, as_double, blank_as_null, escaped_text
from postgres import read_copy

KINDS = {"id": "text", "note": "text", "at": "time", "n": "integer", "x": "number", "ok": "boolean", "doc": "json"}
ROW = {
    "id": "a", "note": "tab\t\"☃\" \\ 😀", "at": "2026-01-01T00:00:00.000001Z", "n": 2**53 + 1,
    "x": Decimal("12345678901234567.123456789"), "ok": True, "doc": ["x", None, {"y": Decimal("1.10")}],
}  # fmt: skip
STORED = {
    "id": "a", "note": ROW["note"], "at": ROW["at"], "n": "9007199254740993",
    "x": "12345678901234567.123456789", "ok": "t", "doc": '["x", null, {"y": 1.10}]',
}  # fmt: skip


def errors(table, required=(("a",),), differences=None, typed=False):
    want = Expectation(("id",), KINDS, {("a",): [ROW]}, set(required))
    return compare(want, table, differences or {}, typed).errors


class Compare(unittest.TestCase):
    def test_folded_names_are_those_of_the_table(self):
        row = {"Id": "a", "createdAt": "x"}
        want = folded(Expectation(("Id",), {"Id": "text", "createdAt": "text"}, {("a",): [row]}, {("a",)}))
        self.assertEqual(compare(want, [{"id": "a", "createdat": "x"}], {}, False).errors, [])
        self.assertEqual(len(compare(want, [row], {}, False).errors), 1)

    def test_keys_are_read_by_their_kind(self):
        want = Expectation(("n",), {"n": "integer"}, {(7,): [{"n": 7}]}, {(7,)})
        self.assertEqual(compare(want, [{"n": "7"}], {}, False).errors, [])

    def test_equal_tables_are_equal(self):
        self.assertEqual(errors([STORED]), [])
        self.assertEqual(errors([ROW], typed=True), [])

    def test_every_changed_cell_is_found(self):
        changed = {
            "note": "tab\\t\"☃\" \\ 😀", "at": "2026-01-01T00:00:00.000002Z", "n": "9007199254740992",
            "x": "12345678901234568", "ok": "f", "doc": '["x", "", {"y": 1.10}]',
        }  # fmt: skip
        for column, value in changed.items():
            with self.subTest(column):
                self.assertEqual(len(errors([STORED | {column: value}])), 1)
                self.assertEqual(len(errors([STORED | {column: None}])), 1)

    def test_missing_doubled_and_invented_rows_are_found(self):
        self.assertEqual(len(errors([])), 1)
        self.assertEqual(errors([], required=()), [])
        self.assertEqual(len(errors([STORED, STORED])), 1)
        self.assertEqual(len(errors([STORED, STORED | {"id": "b"}])), 1)

    def test_a_null_document_may_be_stored_as_the_null_of_json(self):
        want = Expectation(("id",), KINDS, {("a",): [ROW | {"doc": None}]}, {("a",)})
        for stored in None, "null":
            self.assertEqual(compare(want, [STORED | {"doc": stored}], {}, False).errors, [])

    def test_missing_and_added_columns_are_found(self):
        self.assertTrue(errors([{k: v for k, v in STORED.items() if k != "ok"}]))
        self.assertTrue(errors([STORED | {"more": None}]))

    def test_a_store_with_types_must_keep_them(self):
        for column, value in {"n": "9007199254740993", "x": "12345678901234567.123456789", "ok": 1}.items():
            with self.subTest(column):
                self.assertEqual(len(errors([ROW | {column: value}], typed=True)), 1)

    def test_a_documented_difference_is_no_error_and_hides_none(self):
        double = {"double": as_double}
        self.assertEqual(errors([STORED | {"x": "1.2345678901234568e+16"}], differences=double), [])
        self.assertEqual(len(errors([STORED | {"x": "1.2345678901234570e+16"}], differences=double)), 1)


class Values(unittest.TestCase):
    def test_kinds(self):
        for name, kind in {
            "String": "text", "LowCardinality(Nullable(String))": "text", "Nullable(DateTime64(3, 'UTC'))": "time",
            "UInt64": "integer", "Int128": "text", "Float64": "number", "Decimal(18, 4)": "number", "Bool": "boolean",
            "Array(Nullable(String))": "json", "Enum8('a' = 1)": "text",
        }.items():  # fmt: skip
            self.assertEqual(values.kind_of(name), kind, name)

    def test_expected(self):
        for kind, value, must in (
            ("DateTime64(3)", "2026-01-01 10:00:00.123", "2026-01-01T10:00:00.123000Z"),
            ("Nullable(DateTime('America/New_York'))", "2026-01-01 10:00:00", "2026-01-01T15:00:00.000000Z"),
            ("DateTime", "0000-00-00 00:00:00", None),
            ("UInt64", "18446744073709551615", None),
            ("Int64", 2**63 - 1, 2**63 - 1),
            ("FixedString(4)", "ab\0\0", "ab"),
            ("String", "a\0\ud800b", "a\ufffd\ufffdb"),
        ):
            self.assertEqual(values.expected(kind, value), must, kind)

    def test_differences(self):
        self.assertIsNone(blank_as_null("text", ""))
        self.assertEqual(as_decimal_38_9("number", Decimal("33.333333333333336")), Decimal("33.333333333"))
        huge = Decimal("12345678901234567.123456789")
        self.assertEqual(as_decimal_38_9("number", huge), Decimal("12345678901234568.244756480"))
        self.assertEqual(escaped_text("text", 'a\tb\n"\\'), 'a\\tb\\n"\\')


class ReadCopy(unittest.TestCase):
    def test_only_a_line_feed_ends_a_row_and_only_a_tab_a_cell(self):
        odd = "a\u2028b\u0085c\x0bd\x1ce f"
        self.assertEqual(read_copy(f"{odd}\t\\N\n\\\\N\t\\t\\n\n", ["x", "y"]), [{"x": odd, "y": None}, {"x": "\\N", "y": "\t\n"}])


if __name__ == "__main__":
    unittest.main()
