package audit

import (
	"testing"
)

func TestISO105(t *testing.T) {
	planted(t, "ISO105",
		plant{"public sharing is switched on", func(t *testing.T, f *Facts) {
			f.Settings.PublicSharing = true
		}, 1},
		plant{"the settings were not read", func(t *testing.T, f *Facts) {
			f.Settings = nil
			known(f, "ISO902", OfSettings)
		}, 0},
	)
}

// Settings that could not be read are a finding of their own (ISO902).
func TestSettingsNotRead(t *testing.T) {
	f := clean(t, 2)
	f.Settings = nil
	if found := CheckOf("ISO105").Find(Know(f)); len(found) > 0 {
		t.Errorf("found: %+v", found)
	}
}
