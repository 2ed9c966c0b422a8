package view

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// cell is a text as it can stand in a table that a spreadsheet opens: one that would be taken for a formula begins with
// an apostrophe, which spreadsheets do not show.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// table is rows as CSV.
func table(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, text := range row {
			cells[i] = cell(text)
		}
		_ = w.Write(cells) // a Buffer takes everything
	}
	w.Flush()
	return b.Bytes()
}

// Names are the old and new names of everybody who is moved, as CSV, for rules of row-level security to be mended with.
// Whoever is not known for sure to be the same person is left out. arn is how such a rule names a user.
func Names(m *Migration, arn func(namespace string, user tenancy.UserName) string) []byte {
	rows := [][]string{{"person_id", "old_namespace", "old_user_name", "old_arn", "old_groups", "new_namespace", "new_user_name", "new_arn", "new_groups"}}
	for i := range m.Migrants {
		g := &m.Migrants[i]
		if g.Held() == plan.TwoRegistrations || g.Held() == plan.OtherEmail || g.Held() == plan.AdminRegistration {
			continue
		}
		rows = append(rows, []string{
			string(g.Person), g.From.Namespace, string(g.From.User), arn(g.From.Namespace, g.From.User), strings.Join(g.Groups, ";"),
			g.To.String(), string(g.As), arn(g.To.String(), g.As), strings.Join(g.Joins, ";"),
		})
	}
	return table(rows)
}

// Notice is what the people of one customer are to be told, as CSV.
type Notice struct {
	Namespace tenancy.Namespace
	Data      []byte
}

// Notices are those of the customers of everybody who is moved. They hold e-mail addresses.
func Notices(m *Migration) (all []Notice) {
	going := slices.DeleteFunc(slices.Clone(m.Migrants), func(g plan.Migrant) bool { return g.Held() != "" })
	for _, run := range migrantRuns(going) {
		rows := [][]string{{"user_name", "e_mail", "date", "how_to_sign_in"}}
		for i := range run {
			g := &run[i]
			rows = append(rows, []string{g.As.SessionName(), g.Email, m.ends(g), howToSignIn(g)})
		}
		all = append(all, Notice{run[0].To, table(rows)})
	}
	return all
}

func howToSignIn(g *plan.Migrant) string {
	was, is := tile(g.From.User.RoleName()), tile(g.As.RoleName())
	if was == is {
		return "the same tile as before: " + is
	}
	return "another tile than before: " + is + " (until now " + was + ")"
}

// tile is what somebody signs in through: the name of the permission set of a role that is one's, or the role's.
func tile(role string) string {
	const reserved, digits = "AWSReservedSSO_", 16
	name, is := strings.CutPrefix(role, reserved)
	at := strings.LastIndexByte(name, '_')
	if !is || at < 1 || len(name)-at-1 != digits {
		return role
	}
	return name[:at]
}
