"""Ways to corrupt the PDF of a case."""

import random
import re

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name

from scanpipe.package.pages.jbig2 import encode_jbig2
from tests.unit.package.corruption import (
    FIRST,
    SECOND,
    change_pdf,
    leads_to,
    put,
    put_jpeg,
    scan,
)
from tests.unit.package.raw_pdfs import changed_page_pdf
from tests.unit.package.valid_package import ValidPackage


@leads_to("pdf-unreadable")
def a_word_document(package: ValidPackage) -> None:
    put(package, {**package.pdfs, FIRST: b"PK\x03\x04word/document.xml"})


@leads_to("pdf-unreadable")
def a_pdf_cut_off(package: ValidPackage) -> None:
    put(package, {**package.pdfs, FIRST: package.pdfs[FIRST][:-400]})


@leads_to("pdf-unreadable")
def a_pdf_with_a_password(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: None, encryption=pikepdf.Encryption(owner="a", user="b"))


@leads_to("pdf-encrypted")
def a_pdf_that_may_not_be_printed(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: None, encryption=pikepdf.Encryption(owner="a", user=""))


@leads_to("pdf-empty")
def a_pdf_without_pages(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: pdf.pages.__delitem__(0))


@leads_to("pdf-active")
def a_script(package: ValidPackage) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))

    change_pdf(package, add)


@leads_to("pdf-active")
def a_program_to_start(package: ValidPackage) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = Dictionary(S=Name.Launch, F=pikepdf.String("cmd.exe"))

    change_pdf(package, add)


def lay_over(pdf: pikepdf.Pdf, subtype: str) -> None:
    annotation = pikepdf.Dictionary(Type=Name.Annot, Subtype=Name(subtype), Rect=[0, 0, 200, 200])
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(annotation)])


@leads_to("pdf-annotated")
def a_text_over_the_page(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: lay_over(pdf, "/FreeText"))


@leads_to("pdf-annotated")
def a_file_pinned_to_the_page(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: lay_over(pdf, "/FileAttachment"))


@leads_to("pdf-active")
def a_form_that_sends_something(package: ValidPackage) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=Name.SubmitForm, F="http://example.org"))

    change_pdf(package, add)


@leads_to("pdf-unreadable")
def a_page_turned_by_half_a_right_angle(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: pdf.pages[0].obj.__setattr__("Rotate", 45))


@leads_to("pdf-attachments")
def an_attachment(package: ValidPackage) -> None:
    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["notes.txt"] = b"notes"

    change_pdf(package, attach)


@leads_to("pdf-version")
def an_old_version(package: ValidPackage) -> None:
    data = package.pdfs[FIRST].replace(b"%PDF-1.7", b"%PDF-1.3", 1)
    put(package, {**package.pdfs, FIRST: data})


@leads_to("pdf-version")
def a_version_that_pdfa_does_not_know(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: None, force_version="2.0")


@leads_to("pdf-not-pdfa")
def a_level_of_pdfa_that_there_is_not(package: ValidPackage) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        data = pdf.Root.Metadata.read_bytes()
        pdf.Root.Metadata.write(re.sub(rb"(pdfaid:conformance\W+)[A-Z]", rb"\1Z", data))

    change_pdf(package, change)


@leads_to("pdf-not-pdfa")
def no_pdfa(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: pdf.Root.__delattr__("Metadata"))


@leads_to("pdf-no-intent")
def no_colour_profile(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: pdf.Root.__delattr__("OutputIntents"))


@leads_to("pdf-dpi")
def a_coarse_scan(package: ValidPackage) -> None:
    put(package, {**package.pdfs, FIRST: scan(dpi=150)})


@leads_to("pdf-dpi")
def a_page_larger_than_its_paper(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: pdf.pages[0].obj.__setattr__("UserUnit", 2))


@leads_to("pdf-not-colour")
def a_grey_scan(package: ValidPackage) -> None:
    put(package, {**package.pdfs, FIRST: scan(colour=False)})


@leads_to("pdf-no-image")
def a_page_without_a_picture(package: ValidPackage) -> None:
    def empty_page(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, b"BT 3 Tr /F1 10 Tf (word) Tj ET")

    change_pdf(package, empty_page)


@leads_to("pdf-no-image")
def a_picture_in_a_corner(package: ValidPackage) -> None:
    def shrink(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, b"q 60 0 0 80 0 0 cm /Im0 Do Q")

    change_pdf(package, shrink)


@leads_to("pdf-picture")
def a_picture_cut_off(package: ValidPackage) -> None:
    def cut(pdf: pikepdf.Pdf) -> None:
        image = pdf.pages[0].resources.XObject.Im0
        image.write(image.read_raw_bytes()[:-2000], filter=Name.FlateDecode)

    change_pdf(package, cut)


@leads_to("pdf-picture")
def a_jpeg_cut_off(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: put_jpeg(pdf, lambda data: data[: len(data) // 2]))


@leads_to("pdf-picture")
def a_jpeg_cut_off_and_closed_again(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: put_jpeg(pdf, lambda data: data[: len(data) // 2] + b"\xff\xd9"))


@leads_to("pdf-picture")
def a_jpeg2000_cut_off(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: put_jpeg(pdf, lambda data: data[: len(data) // 2], form="JPEG2000"))


@leads_to("pdf-picture")
def a_jpeg_that_is_said_to_be_of_four_inks(package: ValidPackage) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        put_jpeg(pdf, lambda data: data)
        pdf.pages[0].resources.XObject.Im0.ColorSpace = Name.DeviceCMYK

    change_pdf(package, change)


@leads_to("pdf-picture")
def a_jpeg_of_another_size(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: put_jpeg(pdf, lambda data: data, scale=2))


@leads_to("pdf-picture")
def colours_cut_off(package: ValidPackage) -> None:
    def cut(pdf: pikepdf.Pdf) -> None:
        image = pdf.pages[0].resources.XObject.Im0
        image.write(image.read_bytes()[: int(image.Width) * int(image.Height)])

    change_pdf(package, cut)


def put_mask(pdf: pikepdf.Pdf, coded: bytes) -> None:
    mask = pikepdf.Stream(pdf, coded)
    mask.Type, mask.Subtype, mask.Filter = Name.XObject, Name.Image, Name.JBIG2Decode
    mask.Width, mask.Height, mask.BitsPerComponent, mask.ImageMask = 60, 40, 1, True
    pdf.pages[0].resources.XObject.Im0.Mask = pdf.make_indirect(mask)


def coded_mask(height: int = 40) -> bytes:
    return encode_jbig2(np.tile(np.uint8([0, 255, 255]), (height, 20)))


@leads_to("pdf-picture")
def a_mask_cut_off(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: put_mask(pdf, coded_mask()[: len(coded_mask()) // 2]))


@leads_to("pdf-picture")
def a_mask_of_another_page(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: put_mask(pdf, coded_mask(height=80)))


@leads_to("pdf-picture")
def a_mask_without_its_picture(package: ValidPackage) -> None:
    only_the_page = coded_mask()[: 11 + 19]
    change_pdf(package, lambda pdf: put_mask(pdf, only_the_page))


@leads_to("pdf-no-intent")
def an_empty_colour_profile(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: pdf.Root.OutputIntents[0].DestOutputProfile.write(b""))


@leads_to("pdf-hidden")
def a_layer_that_is_not_shown(package: ValidPackage) -> None:
    def hide(pdf: pikepdf.Pdf) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="scan"))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
        pdf.pages[0].resources.XObject.Im0.OC = layer

    change_pdf(package, hide)


@leads_to("pdf-painted")
def a_white_box_over_the_page(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: pdf.pages[0].contents_add(b"1 g 0 0 600 900 re f"))


@leads_to("pdf-painted")
def a_watermark(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: pdf.pages[0].contents_add(b"BT 0 Tr /F1 60 Tf 90 90 Td (DEMO) Tj ET"))


@leads_to("pdf-not-pdfa")
def lines_before_the_pdf(package: ValidPackage) -> None:
    put(package, {**package.pdfs, FIRST: b"\n\n" + package.pdfs[FIRST]})


@leads_to("pdf-not-pdfa")
def bytes_behind_the_pdf(package: ValidPackage) -> None:
    put(package, {**package.pdfs, FIRST: package.pdfs[FIRST] + b"\nanother program's bytes"})


@leads_to("pdf-no-image")
def a_picture_beside_the_page(package: ValidPackage) -> None:
    def move(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, b"q 298 0 0 420 2000 0 cm /Im0 Do Q")

    change_pdf(package, move)


@leads_to("pdf-no-image")
def a_page_cropped_beside_its_picture(package: ValidPackage) -> None:
    def crop(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, b"q 150 0 0 420 0 0 cm /Im0 Do Q")
        pdf.pages[0].obj.CropBox = Array([160, 0, 290, 420])

    change_pdf(package, crop)


@leads_to("pdf-unreadable")
def a_page_of_an_impossible_size(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: pdf.pages[0].obj.__setattr__("MediaBox", Array([0, 0, 0, 0])))


@leads_to("pdf-title")
def two_pdfs_swapped(package: ValidPackage) -> None:
    put(package, {FIRST: package.pdfs[SECOND], SECOND: package.pdfs[FIRST]})


@leads_to("pdf-duplicate")
def the_same_pdf_under_two_numbers(package: ValidPackage) -> None:
    put(package, {**package.pdfs, SECOND: package.pdfs[FIRST]})


@leads_to("pdf-no-text")
def a_pdf_without_its_text(package: ValidPackage) -> None:
    put(package, {**package.pdfs, FIRST: scan(text=False)})


@leads_to("pdf-size")
def a_pdf_beyond_the_budget(package: ValidPackage) -> None:
    def pad(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Padding = pikepdf.Stream(pdf, random.Random(1).randbytes(111_000))

    change_pdf(package, pad)


@leads_to("pdf-outside")
def a_picture_in_another_file(package: ValidPackage) -> None:
    change_pdf(package, lambda pdf: setattr(pdf.pages[0].resources.XObject.Im0, "F", pikepdf.String("//host/x")))


@leads_to("pdf-earlier")
def a_page_shown_otherwise_before(package: ValidPackage) -> None:
    put(package, {**package.pdfs, FIRST: changed_page_pdf()})
