"""Names and types of uploaded files."""

import doctest

from odoo.tests import BaseCase, tagged

from ..tools import uploads


@tagged("post_install", "-at_install")
class TestUploads(BaseCase):
    def test_examples_in_the_docstrings(self):
        result = doctest.testmod(uploads)
        self.assertGreater(result.attempted, 5)
        self.assertFalse(result.failed)

    def test_long_names_keep_their_extension(self):
        name = uploads.clean_name("x" * 500 + ".pdf")
        self.assertEqual(len(name), uploads.MAX_NAME)
        self.assertTrue(name.endswith(".pdf"))

    def test_office_files_and_pictures_pass_whatever_is_inside(self):
        for head in (b"PK\x03\x04 <html>", b"%PDF-1.7 <script>", b"\x89PNG <svg"):
            self.assertFalse(uploads.is_refused_type("brief.docx", head))
