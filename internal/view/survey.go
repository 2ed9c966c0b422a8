package view

import "github.com/tenantry/tenantry/internal/survey"

// Survey shows a person what was found in an account.
func Survey(s *IO, sections []survey.Section) error {
	out := (&textPrinter{io: s}).page()
	for _, section := range sections {
		out.section("%s", Safe(section.Title))
		out.line("")
		wide := 0
		for _, l := range section.Lines {
			wide = max(wide, min(columns(Safe(l.Label)), widestLabel))
		}
		for _, l := range section.Lines {
			head := "  "
			if wide > 0 {
				head += pad(Safe(l.Label), wide) + "  "
			}
			if l.Label == "" && wide > widestLabel/2 {
				head = "    "
			}
			out.sentence(head, Safe(l.Text))
		}
	}
	return out.writeTo(s.Out)
}

// widestLabel is how wide labels make their column.
const widestLabel = 22
