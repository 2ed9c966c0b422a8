package audit

import "testing"

func TestAlike(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"acme", "Acme", true}, {"acme", "аcme", true}, {"corner", "comer", true}, {"globex1", "globexl", true}, {"globexI", "globex1", true},
		{"qs:acme", "qs: acme", false}, {"qs:acme", "qs:\u200bacme", true}, {"qs:acme", "ｑｓ:acme", true}, {"ALFA", "ΑLFA", true}, {"INITECH", "lNITECH", true},
		{"O2", "02", true}, {"acme-eu", "acme–eu", true}, {"wand", "vvand", true},
		{"acme", "acme", false}, {"acme", "acne", false}, {"t1", "t2", false}, {"t10", "t1", false}, {"zoe", "joe", false}, {"", "a", false},
	} {
		if have := alike(c.a, c.b); have != c.want || alike(c.b, c.a) != have {
			t.Errorf("alike(%q, %q) = %v, want %v both ways", c.a, c.b, have, c.want)
		}
	}
}

func FuzzSkeleton(f *testing.F) {
	f.Add("acme")
	f.Add("ＡＣＭＥ")
	f.Fuzz(func(t *testing.T, name string) {
		if once := skeleton(name); once != skeleton(name) {
			t.Errorf("the skeleton of %q is not always the same", name)
		}
	})
}
