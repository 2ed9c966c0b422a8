package world

import (
	"fmt"
	"path"
	"time"
)

// IAMUser is an IAM user. It comes from the world file only.
type IAMUser struct {
	Name      string            `json:"name"`
	Path      string            `json:"path,omitempty"`     // "/" when left out
	ID        string            `json:"id,omitempty"`       // AIDA…
	Policies  map[string]string `json:"policies,omitempty"` // inline policies: name → document, as JSON text
	Attached  []string          `json:"attached,omitempty"` // ARNs of managed policies
	Boundary  string            `json:"boundary,omitempty"` // ARN of a managed policy
	Groups    []string          `json:"groups,omitempty"`   // names
	Tags      []Tag             `json:"tags,omitempty"`
	CreatedAt time.Time         `json:"created_at,omitzero"`
}

// ARN is the user's ARN in account of partition.
func (u IAMUser) ARN(partition, account string) string {
	return "arn:" + partition + ":iam::" + account + ":user" + u.Path + u.Name
}

// IAMGroup is a group of IAM users. It comes from the world file only.
type IAMGroup struct {
	Name      string            `json:"name"`
	Path      string            `json:"path,omitempty"`     // "/" when left out
	ID        string            `json:"id,omitempty"`       // AGPA…
	Policies  map[string]string `json:"policies,omitempty"` // inline policies: name → document, as JSON text
	Attached  []string          `json:"attached,omitempty"` // ARNs of managed policies
	CreatedAt time.Time         `json:"created_at,omitzero"`
}

// ARN is the group's ARN in account of partition.
func (g IAMGroup) ARN(partition, account string) string {
	return "arn:" + partition + ":iam::" + account + ":group" + g.Path + g.Name
}

// Policy gives the managed policy of an ARN. Its document is one that the world
// knows: not each policy that is attached, or is a boundary, has one.
func (i *IAM) Policy(arn string) (Policy, bool) {
	p, ok := i.Policies.Get(path.Base(arn))
	return p, ok && p.ARN == arn
}

func (w *World) loadIAM(seed Seed) error {
	s := seed.IAM
	for _, r := range s.Roles {
		r.Path = or(r.Path, "/")
		r.ID = or(r.ID, "AROA"+shortID(r.Path, r.Name))
		r.CreatedAt, _ = times(r.CreatedAt, r.CreatedAt)
		w.IAM.Roles.Put(r.Name, r)
	}
	for _, p := range s.Policies {
		p.CreatedAt, _ = times(p.CreatedAt, p.CreatedAt)
		w.IAM.Policies.Put(p.Name, p)
	}
	for _, g := range s.Groups {
		g.Path = or(g.Path, "/")
		g.ID = or(g.ID, "AGPA"+shortID(g.Path, g.Name))
		g.CreatedAt, _ = times(g.CreatedAt, g.CreatedAt)
		w.IAM.Groups.Put(g.Name, g)
	}
	for i, u := range s.Users {
		if err := w.loadIAMUser(u); err != nil {
			return fmt.Errorf("iam.users[%d] %q: %w", i, u.Name, err)
		}
	}
	return nil
}

func (w *World) loadIAMUser(u IAMUser) error {
	u.Path = or(u.Path, "/")
	u.ID = or(u.ID, "AIDA"+shortID(u.Path, u.Name))
	u.CreatedAt, _ = times(u.CreatedAt, u.CreatedAt)
	u.Tags = SortTags(u.Tags)
	for _, g := range u.Groups {
		if _, ok := w.IAM.Groups.Get(g); !ok {
			return fmt.Errorf("group %q is none of iam.groups", g)
		}
	}
	w.IAM.Users.Put(u.Name, u)
	return nil
}
