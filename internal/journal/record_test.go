package journal

import (
	"testing"

	"pgregory.net/rapid"
)

func TestHeadIsReadAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := Head{Seq: rapid.Int64Min(1).Draw(t, "seq")}
		copy(h.Sum[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "sum"))
		if got, err := ParseHead(h.String()); err != nil || got != h {
			t.Errorf("%s is read as %s, %v", h, got, err)
		}
	})
	for _, text := range []string{"", "1", "1:", "0:" + Sum{}.String(), "-1:" + Sum{}.String(), "1:" + Sum{}.String() + "0", "x:" + Sum{}.String()} {
		if h, err := ParseHead(text); err == nil {
			t.Errorf("%q is read as %s", text, h)
		}
	}
}
