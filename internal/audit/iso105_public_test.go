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
		}, 0},
	)
}
