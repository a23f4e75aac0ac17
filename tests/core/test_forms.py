import re

import pytest
from django import forms
from django.forms.renderers import get_default_renderer
from django.template import Context, Template
from django.utils.safestring import mark_safe

from core.forms import Renderer


class Question(forms.Form):
    """One of each kind of field."""

    name = forms.CharField(help_text=mark_safe("As on the <b>ledger</b>"))
    note = forms.CharField(widget=forms.Textarea, required=False)
    due = forms.DateField()
    tier = forms.ChoiceField(choices=[("1", "One"), ("2", "Two & a half")])
    colour = forms.ChoiceField(choices=[("r", "Red"), ("g", "Green")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="I agree")
    seen = forms.IntegerField(widget=forms.HiddenInput, initial=3)


def html(thing):
    """The markup with each run of white space as one blank and none between tags."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub(r"\s+", " ", str(thing)))


def test_forms_of_every_package_are_drawn_by_our_renderer():
    assert type(get_default_renderer()) is Renderer


def test_field_group_has_label_hint_and_input():
    assert html(Question()["name"].as_field_group()) == (
        '<div class="field"><label for="id_name">Name</label>'
        '<div class="hint" id="id_name_helptext">As on the<b>ledger</b></div>'
        '<input type="text" name="name" required aria-describedby="id_name_helptext" id="id_name"></div>'
    )


def test_hint_that_is_not_marked_as_markup_is_text():
    question = Question()
    question.fields["name"].help_text = "As on the <b>ledger</b>"
    assert "As on the &lt;b&gt;ledger&lt;/b&gt;</div>" in html(question["name"].as_field_group())


def test_field_group_with_an_error_ties_hint_and_error_to_the_input():
    assert html(Question({})["name"].as_field_group()) == (
        '<div class="field invalid"><label for="id_name">Name</label>'
        '<div class="hint" id="id_name_helptext">As on the<b>ledger</b></div>'
        '<div class="error" id="id_name_error"><p><span class="vis">Error:</span>Write something here.</p></div>'
        '<input type="text" name="name" required aria-invalid="true"'
        ' aria-describedby="id_name_helptext id_name_error" id="id_name"></div>'
    )


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("note", '<textarea name="note" cols="40" rows="10" id="id_note"></textarea>'),
        ("due", '<input type="text" name="due" required id="id_due">'),
        (
            "tier",
            (
                '<select name="tier" id="id_tier"><option value="1">One</option>'
                '<option value="2">Two &amp; a half</option></select>'
            ),
        ),
    ],
)
def test_standard_inputs_stand_under_their_label(name, drawn):
    field = Question()[name]
    assert html(field.as_field_group()) == (
        f'<div class="field"><label for="id_{name}">{field.label}</label>{drawn}</div>'
    )


def test_checkbox_stands_inside_its_label():
    assert html(Question()["agreed"].as_field_group()) == (
        '<div class="field"><div class="choice"><label for="id_agreed">'
        '<input type="checkbox" name="agreed" required id="id_agreed">I agree</label></div></div>'
    )


def test_radio_buttons_are_a_fieldset_with_a_legend():
    assert html(Question({})["colour"].as_field_group()) == (
        '<div class="field invalid"><fieldset aria-describedby="id_colour_error"><legend>Colour</legend>'
        '<div class="error" id="id_colour_error"><p><span class="vis">Error:</span>Choose one of these.</p></div>'
        '<div class="choices" id="id_colour">'
        '<div class="choice"><label for="id_colour_0">'
        '<input type="radio" name="colour" value="r" required aria-invalid="true" id="id_colour_0">Red</label></div>'
        '<div class="choice"><label for="id_colour_1">'
        '<input type="radio" name="colour" value="g" required aria-invalid="true" id="id_colour_1">Green</label></div>'
        "</div></fieldset></div>"
    )


def test_form_without_errors_has_no_summary():
    assert "summary" not in str(Question())
    assert "summary" not in str(
        Question({"name": "A", "due": "1/7/2022", "tier": "1", "colour": "r", "agreed": "on", "seen": "3"})
    )


def test_summary_leads_to_every_field_that_has_to_be_put_right():
    drawn = str(Question({}))
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', drawn)
    assert links == [
        ("id_name", "Name: Write something here."),
        ("id_due", "Due: Fill this in."),
        ("id_tier", "Tier: Choose one of these."),
        ("id_colour_0", "Colour: Choose one of these."),
        ("id_agreed", "I agree: Fill this in."),
    ]
    for target, _ in links:
        assert len(re.findall(f'id="{target}"', drawn)) == 1


def test_summary_names_what_concerns_no_visible_field_without_a_link():
    form = Question({"name": "A", "due": "1/7/2022", "tier": "1", "colour": "r", "agreed": "on"})
    form.add_error(None, "Totals <differ>.")
    assert html(form).startswith(
        '<div class="summary" role="alert" tabindex="-1" autofocus><h2>There is a problem</h2>'
        "<ul><li>Totals &lt;differ&gt;.</li><li>Seen: Write a whole number.</li></ul></div>"
    )


def test_hidden_fields_are_drawn_without_a_group():
    assert html(Question()).endswith('<input type="hidden" name="seen" value="3" id="id_seen">')


def test_summary_leads_to_the_first_of_several_inputs():
    class Several(forms.Form):
        grouped = forms.ChoiceField(
            choices=[("Warm", [("r", "Red")]), ("Cold", [("b", "Blue")])], widget=forms.CheckboxSelectMultiple
        )
        moment = forms.SplitDateTimeField()
        none = forms.ChoiceField(choices=[], widget=forms.RadioSelect)

    drawn = str(Several({}))
    assert re.findall(r'href="#([^"]+)"', drawn) == ["id_grouped_0_0", "id_moment_0"]
    assert drawn.count('id="id_grouped_0_0"') == drawn.count('id="id_moment_0"') == 1
    assert "<fieldset><legend>Warm</legend>" in html(drawn)


def test_form_without_ids_is_drawn_without_dead_references():
    drawn = html(Question({}, auto_id=False))
    assert re.findall(r" (?:for|href|id|aria-describedby)=", drawn) == []
    assert "<li>Name: Write something here.</li>" in drawn


def test_what_was_typed_comes_back_escaped():
    drawn = html(Question({"name": '"><script>x</script>', "note": "</textarea><b>"}))
    assert 'value="&quot;&gt;&lt;script&gt;x&lt;/script&gt;"' in drawn
    assert "&lt;/textarea&gt;&lt;b&gt;" in drawn


def test_page_that_lays_out_fields_itself_takes_the_same_summary():
    page = Template('{% include "forms/summary.html" %}{{ form.name.as_field_group }}')
    drawn = html(page.render(Context({"form": Question({})})))
    assert drawn.startswith('<div class="summary" role="alert" tabindex="-1" autofocus>')
    assert '<a href="#id_name">Name: Write something here.</a>' in drawn


def test_errors_of_one_field_stand_one_below_the_other():
    form = Question({"name": "A"})
    form.add_error("name", "Too short.")
    form.add_error("name", "Not on the ledger.")
    assert html(form["name"].errors) == (
        '<div class="error" id="id_name_error"><p><span class="vis">Error:</span>Too short.</p>'
        '<p><span class="vis">Error:</span>Not on the ledger.</p></div>'
    )


def test_widget_of_django_that_we_do_not_draw_keeps_its_markup():
    class Upload(forms.Form):
        paper = forms.FileField()

    assert html(Upload()["paper"].as_field_group()) == (
        '<div class="field"><label for="id_paper">Paper</label>'
        '<input type="file" name="paper" required id="id_paper"></div>'
    )
