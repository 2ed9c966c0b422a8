package view

import (
	"fmt"
	"time"

	"github.com/tenantry/tenantry/internal/explain"
)

// past shows the newest of the history, and since when it is kept.
func (t *explaining) past(all []explain.Told, begins int64) {
	if begins == 0 {
		return
	}
	t.out.section("What was done, as far as the history knows, which begins at %s", at(begins))
	t.out.line("")
	if len(all) == 0 {
		t.out.line("  nothing")
	}
	first := len(all) - t.limit(len(all))
	if first > 0 {
		t.out.line("  … %s before that (--full shows all)", number(first))
	}
	for _, told := range all[first:] {
		t.out.line("%s", "  "+t.told(Told{Seq: told.Seq, Time: time.Unix(told.At, 0), Entry: told.Entry}))
	}
}

// since says what made something so.
func since(told *explain.Told, begins int64) string {
	switch {
	case told != nil:
		text := "since " + at(told.At)
		if parts := origins(told.Entry); len(parts) > 0 {
			text += ", because of " + parts[0]
		}
		return text + fmt.Sprintf(" (record %d of the history)", told.Seq)
	case begins == 0:
		return "since when is not known: no history was kept"
	}
	return "since when is not known: not by tenantry, or before the history began"
}

func at(seconds int64) string { return time.Unix(seconds, 0).UTC().Format("2006-01-02 15:04:05Z") }
