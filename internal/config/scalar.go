package config

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// unfilled is what Init writes where it has no answer.
const unfilled = "REPLACE-ME"

const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle

// scalar reads one value. What it cannot read stays not ok.
func (r *report) scalar(v *value, k kind) {
	switch k {
	case text, prose:
		r.text(v, k)
	case choice:
		r.choice(v)
	case boolean:
		r.flag(v)
	case integer, number:
		r.number(v, k)
	case percent:
		r.percent(v)
	case date:
		r.date(v)
	case duration:
		r.duration(v)
	}
}

// text reads a text as it is. One that YAML reads as something else, in this version of YAML or in
// another, has to stand in quotes.
func (r *report) text(v *value, k kind) {
	n := v.node
	if other := readsAs(n); other != "" {
		r.fail(v, fmt.Sprintf("%s needs quotes: %s without them is %s", v.path, n.Value, other),
			"YAML programs change such values: zeros in front are lost, and `no` becomes false", fmt.Sprintf("write %q, in quotes", n.Value))
		return
	}
	v.text = n.Value
	if k == prose {
		v.text = strings.Join(strings.Fields(n.Value), " ")
	}
	v.ok = r.clean(v)
}

// readsAs says what YAML 1.1 or 1.2 makes of an unquoted value, "" for a text.
func readsAs(n *yaml.Node) string {
	if n.Style&(quoted|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return ""
	}
	switch n.Tag {
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "a boolean"
	case "!!timestamp":
		return "a date"
	}
	if slices.Contains([]string{"y", "n", "yes", "no", "on", "off"}, strings.ToLower(n.Value)) {
		return "a boolean to many YAML programs"
	}
	return ""
}

// clean reports whether a text can be compared with the names of AWS: something, and nothing that
// cannot be seen.
func (r *report) clean(v *value) bool {
	t := v.text
	if t == "" {
		r.fail(v, v.path+" is empty", "an empty text says neither that the key counts nor that it does not", "give it a value, or take out the key")
		return false
	}
	if strings.Contains(t, unfilled) {
		r.fail(v, v.path+" still holds "+unfilled, "it is "+v.key.doc, "put the right value in its place")
		return false
	}
	if t != strings.TrimSpace(t) {
		r.fail(v, fmt.Sprintf("%s begins or ends with blanks: %s", v.path, quote(t)),
			"values are compared as they are, and blanks at an end cannot be seen", "write "+quote(strings.TrimSpace(t)))
		return false
	}
	for _, c := range t {
		if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || c == unicode.ReplacementChar {
			r.fail(v, fmt.Sprintf("%s holds the invisible character U+%04X: %s", v.path, c, quote(t)),
				"it cannot be seen, so two names that look alike would differ", "delete the character")
			return false
		}
	}
	return true
}

func (r *report) choice(v *value) {
	v.text = v.node.Value
	if v.ok = slices.Contains(v.key.choices, v.text); v.ok {
		return
	}
	why, fix := "it is one of "+strings.Join(v.key.choices, ", "), "write one of them"
	if near := nearest(v.text, v.key.choices); near != "" {
		fix = fmt.Sprintf("write %s: %s", v.key.name(), near)
	}
	if strings.HasPrefix(strings.ToUpper(v.text), "RESTRICTED_") {
		why, fix = "QuickSight lists the role but does not give it to anyone", "write READER or AUTHOR, with custom_permissions to restrict it"
	}
	r.fail(v, fmt.Sprintf("%s is %s", v.path, quote(v.text)), why, fix)
}

func (r *report) flag(v *value) {
	v.flag = v.node.Value == "true"
	if v.ok = v.node.Tag == "!!bool" && (v.flag || v.node.Value == "false"); !v.ok {
		r.fail(v, fmt.Sprintf("%s is %s", v.path, quote(v.node.Value)), "it is true or false, without quotes", fmt.Sprintf("write %s: true, or %[1]s: false", v.key.name()))
	}
}

func (r *report) number(v *value, k kind) {
	plain := v.node.Style&quoted == 0
	f, err := strconv.ParseFloat(v.node.Value, 64)
	switch {
	case !plain && err == nil:
		r.fail(v, v.path+" is a text, not "+article(k), "numbers stand without quotes", fmt.Sprintf("write %s: %s", v.key.name(), v.node.Value))
	case err != nil || math.IsNaN(f) || math.IsInf(f, 0) || strings.ContainsAny(v.node.Value, "xXpP_"):
		r.fail(v, fmt.Sprintf("%s is %s, not %s", v.path, quote(v.node.Value), article(k)), "the key takes "+article(k), "write "+between(v.key))
	case k == integer && f != math.Trunc(f):
		r.fail(v, fmt.Sprintf("%s is %s, not a whole number", v.path, v.node.Value), "the key counts whole things", "write "+between(v.key))
	case k == integer && octal(v.node.Value):
		r.fail(v, fmt.Sprintf("%s is %s", v.path, v.node.Value), "a zero in front makes it octal to some YAML programs", "leave out the zero in front")
	default:
		v.number = f
		v.ok = r.within(v)
	}
}

func octal(t string) bool { return len(t) > 1 && t[0] == '0' }

func (r *report) percent(v *value) {
	digits, found := strings.CutSuffix(v.node.Value, "%")
	n, err := strconv.Atoi(digits)
	switch {
	case err == nil && !found:
		r.fail(v, fmt.Sprintf("%s is %s, without a percent sign", v.path, v.node.Value), "a plain number could mean people as well as percent", fmt.Sprintf("write %s: %s%%", v.key.name(), digits))
	case err != nil || octal(digits) || strings.HasPrefix(digits, "+"):
		r.fail(v, fmt.Sprintf("%s is %s, not a percentage", v.path, quote(v.node.Value)), "the key takes whole percent", "write "+between(v.key))
	default:
		v.number = float64(n)
		v.ok = r.within(v)
	}
}

func (r *report) within(v *value) bool {
	k := v.key
	if k.min <= v.number && v.number <= k.max {
		return true
	}
	why, fix := "it is "+between(k), "write "+between(k)+", or take out the key"
	switch {
	case k.min == k.max:
		why, fix = fmt.Sprintf("this tenantry reads %s %g", k.name(), k.max), fmt.Sprintf("use the tenantry that the file was written for, or write %s: %g", k.name(), k.max)
	case v.number == 0 && strings.Contains(k.standard, "discovered"):
		why = "0 would mean that nothing is ever called; without the key, the rate is discovered"
	}
	r.fail(v, fmt.Sprintf("%s is %s", v.path, v.node.Value), why, fix)
	return false
}

// between says which numbers a key takes.
func between(k *key) string {
	if k.kind == percent {
		return fmt.Sprintf("a percentage from %g%% to %g%%", k.min, k.max)
	}
	if k.min == k.max {
		return fmt.Sprintf("%g", k.min)
	}
	return fmt.Sprintf("%s from %g to %g", article(k.kind), k.min, k.max)
}

func (r *report) date(v *value) {
	v.text = v.node.Value
	_, err := time.Parse(time.DateOnly, v.text)
	if v.ok = err == nil; !v.ok {
		r.fail(v, fmt.Sprintf("%s is %s, not a day", v.path, quote(v.text)), "a day is written YYYY-MM-DD, and it is one that the calendar has", "write the day such as 2030-12-31")
	}
}

// parseDuration reads 15m, 1h30m, and whole days: 14d.
func parseDuration(text string) (time.Duration, error) {
	if days, is := strings.CutSuffix(text, "d"); is {
		n, err := strconv.ParseUint(days, 10, 16)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(text)
}

// duration reads a time such as 15m, 1h30m or 14d, in seconds. A number without a unit could mean anything.
func (r *report) duration(v *value) {
	d, err := parseDuration(v.node.Value)
	bounds := fmt.Sprintf("from %s to %s", short(v.key.min), short(v.key.max))
	switch _, number := strconv.ParseFloat(v.node.Value, 64); {
	case number == nil:
		r.fail(v, fmt.Sprintf("%s is %s, without a unit", v.path, v.node.Value), "a plain number could be seconds as well as minutes", fmt.Sprintf("write %s: %sm, or with s, h or d", v.key.name(), v.node.Value))
	case err != nil:
		r.fail(v, fmt.Sprintf("%s is %s, not a duration", v.path, quote(v.node.Value)), "a duration is a number with s, m, h or d, such as 90s, 15m, 1h30m or 14d", "write one "+bounds)
	case d.Seconds() < v.key.min || d.Seconds() > v.key.max:
		r.fail(v, fmt.Sprintf("%s is %s", v.path, v.node.Value), "it is "+bounds, "write a duration "+bounds+", or take out the key")
	default:
		v.number, v.ok = d.Seconds(), true
	}
}

// short writes seconds as people do: 15m, not 15m0s.
func short(seconds float64) string {
	text := (time.Duration(seconds) * time.Second).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
