package rules

import "testing"

func TestBarePatternIsAPattern(t *testing.T) {
	bare, err := ParsePattern("{namespace}")
	if err != nil {
		t.Fatal(err)
	}
	if bare.IsZero() || !bare.Bare() {
		t.Errorf("{namespace} alone: IsZero %v, Bare %v", bare.IsZero(), bare.Bare())
	}
	if text, looks, fits := bare.Capture("acme"); text != "acme" || !looks || !fits {
		t.Errorf("{namespace} alone captures %q, looks %v, fits %v", text, looks, fits)
	}
}

func TestZeroPatternMatchesNothing(t *testing.T) {
	var zero Pattern
	if _, looks, fits := zero.Capture("acme"); looks || fits || !zero.IsZero() || zero.Bare() || zero.String() != "" {
		t.Errorf("the zero pattern matches, or is not zero")
	}
}
