package audit

import "testing"

func TestISO404(t *testing.T) {
	planted(t, "ISO404", plant{"one role for both", func(_ *testing.T, f *Facts) { f.HouseRoles = append(f.HouseRoles, f.SignIn[0].Role) }, 1})
}
