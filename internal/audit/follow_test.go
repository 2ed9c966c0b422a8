package audit

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// follow does to the facts what a finding's Mend would do to the account. It answers false for what is no command that it
// knows.
func follow(t *testing.T, f *Facts, mend string) bool {
	t.Helper()
	done := false
	for step := range strings.SplitSeq(mend, "\n") {
		for command := range strings.SplitSeq(step, " && ") {
			done = followOne(t, f, command) || done
		}
	}
	return done
}

var (
	permissionsCommand = regexp.MustCompile(`^aws quicksight update-([a-z-]+)-permissions .* --region (\S+) --[a-z-]+-id '([^']*)' --(grant|revoke)-(link-)?permissions '(.*)'$`)
	memberCommand      = regexp.MustCompile(`^aws quicksight delete-folder-membership .* --region (\S+) --folder-id '([^']*)' --member-id '([^']*)' --member-type ([A-Z]+)$`)
	folderCommand      = regexp.MustCompile(`^aws quicksight (create|delete)-folder .* --region (\S+) --folder-id '([^']*)'(?: --name '([^']*)' --folder-type SHARED --sharing-model (\S+) --permissions '(.*)')?$`)
	joinCommand        = regexp.MustCompile(`^aws quicksight create-folder-membership .* --region (\S+) --folder-id '([^']*)' --member-id '([^']*)' --member-type ([A-Z]+)$`)
	rulesCommand       = regexp.MustCompile(`write data-set (.+) of \S+ anew with aws quicksight update-data-set, .* --row-level-permission-data-set '([^']*)'`)
)

func followOne(t *testing.T, f *Facts, command string) bool {
	t.Helper()
	if strings.HasSuffix(command, "update-public-sharing-settings --aws-account-id 111122223333 --region us-east-1 --no-public-sharing-enabled") {
		f.Settings.PublicSharing = false
		return true
	}
	if m := memberCommand.FindStringSubmatch(command); m != nil {
		folder := f.Inspection.Asset(tenancy.AssetRef{Kind: tenancy.Folder, Region: m[1], ID: m[2]})
		had := len(folder.Folder.Members)
		folder.Folder.Members = slices.DeleteFunc(folder.Folder.Members, func(r tenancy.AssetRef) bool { return r.ID == m[3] && memberTypes[r.Kind] == m[4] })
		return len(folder.Folder.Members) < had
	}
	if m := joinCommand.FindStringSubmatch(command); m != nil {
		folder := f.Inspection.Asset(tenancy.AssetRef{Kind: tenancy.Folder, Region: m[1], ID: m[2]})
		for i := range f.Inspection.Assets {
			if r := f.Inspection.Assets[i].AssetRef; r.ID == m[3] && memberTypes[r.Kind] == m[4] {
				folder.Folder.Members = append(folder.Folder.Members, r)
				return true
			}
		}
		return false
	}
	if m := folderCommand.FindStringSubmatch(command); m != nil {
		return folderOf(t, f, m)
	}
	if m := rulesCommand.FindStringSubmatch(command); m != nil {
		a := f.Inspection.Asset(ref(tenancy.DataSet, m[1]))
		var what struct{ Arn, FormatVersion, PermissionPolicy, Status string }
		if err := json.Unmarshal([]byte(m[2]), &what); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(what.Arn, "/the-rules") {
			put(f, tenancy.DataSet, "the-rules", owner(judy))
			f.Inspection.Sort()
			a = f.Inspection.Asset(ref(tenancy.DataSet, m[1]))
		}
		a.Rows = tenancy.Rows{Rules: what.Arn, Enabled: what.Status == "ENABLED", Version: 2, Grants: what.PermissionPolicy == "GRANT_ACCESS"}
		return true
	}
	if m := permissionsCommand.FindStringSubmatch(command); m != nil {
		kind := tenancy.AssetKind(m[1])
		return permit(t, f, f.Inspection.Asset(tenancy.AssetRef{Kind: kind, Region: m[2], ID: m[3]}), m[4] == "grant", m[5] != "", m[6])
	}
	return false
}

// folderOf makes a folder, or deletes one, as a command says. AWS deletes none that is not empty.
func folderOf(t *testing.T, f *Facts, said []string) bool {
	t.Helper()
	if said[1] == "delete" {
		had := len(f.Inspection.Assets)
		f.Inspection.Assets = slices.DeleteFunc(f.Inspection.Assets, func(a tenancy.Inspected) bool {
			return a.Kind == tenancy.Folder && a.ID == said[3] && a.Region == said[2] && len(a.Folder.Members) == 0
		})
		return len(f.Inspection.Assets) < had
	}
	var grants []tenancy.Grant
	for _, p := range permissionsOf(t, said[6]) {
		grants = append(grants, owner(p)) // of cases, the actions say nothing
	}
	a := folder(f, said[3], grants)
	a.Name, a.Folder.Sharing = said[4], said[5]
	f.Inspection.Sort()
	return true
}

// permissionsOf are the principals that an option of permissions names.
func permissionsOf(t *testing.T, text string) (all []tenancy.Grantee) {
	t.Helper()
	var what []struct {
		Principal string
		Actions   []string
	}
	if err := json.Unmarshal([]byte(text), &what); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	for _, p := range what {
		if len(p.Actions) == 0 {
			t.Errorf("%s is granted nothing", p.Principal)
		}
		all = append(all, tenancy.ParseGrantee(account, p.Principal))
	}
	return all
}

// permit changes what an asset's permissions are, and those of the folders below it.
func permit(t *testing.T, f *Facts, a *tenancy.Inspected, grants, link bool, text string) bool {
	t.Helper()
	var what []struct {
		Principal string
		Actions   []string
	}
	if err := json.Unmarshal([]byte(text), &what); err != nil || a == nil || len(what) != 1 || len(what[0].Actions) == 0 {
		t.Fatalf("the command is none: %s, %v", text, err)
	}
	to := tenancy.ParseGrantee(account, what[0].Principal)
	theirs := func(g tenancy.Grant) bool { return g.To == to }
	switch {
	case grants:
		grant(a, owner(to))
		return true
	case link:
		a.Links = slices.DeleteFunc(a.Links, theirs)
		return true
	}
	if a.Grant(to) == nil {
		return false
	}
	lost(a, to)
	below := []*tenancy.Inspected{a}
	for len(below) > 0 && below[0].Folder != nil {
		at := below[0]
		below = below[1:]
		at.Folder.Resolved = slices.DeleteFunc(at.Folder.Resolved, theirs)
		for _, m := range at.Folder.Members {
			if m.Kind == tenancy.Folder {
				below = append(below, f.Inspection.Asset(m))
			}
		}
	}
	return true
}

// unfollowed are checks whose advice is no command alone: a person decides, or writes something.
var unfollowed = []Code{"ISO201", "ISO207", "ISO209"}

// Whoever follows the advice of checks about assets is rid of the finding, and gets no other.
func mended(t *testing.T, f *Facts, r Report) {
	t.Helper()
	for _, found := range r.Findings {
		if found.Code >= "ISO300" || slices.Contains(unfollowed, found.Code) || strings.HasPrefix(found.Mend, "let ") {
			continue
		}
		if strings.Contains(found.Seen, "through a folder above it") {
			continue // which one, nobody could read
		}
		if !follow(t, f, found.Mend) {
			t.Errorf("nothing follows from the advice of %s: %s", found.Code, found.Mend)
			continue
		}
		again := Audit(sorted(f))
		for _, more := range again.Findings {
			if !slices.ContainsFunc(r.Findings, func(g Finding) bool { return g.Code == more.Code && g.Object == more.Object }) {
				t.Errorf("after the advice of %s there is %s: %s", found.Code, more.Code, more.Seen)
			}
			if more.Code == found.Code && more.Object == found.Object {
				t.Errorf("after its own advice there still is %s: %s (%s)", more.Code, more.Seen, found.Mend)
			}
		}
	}
}
