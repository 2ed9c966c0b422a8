package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Formats are the names of the documents that this package writes. The number changes when the
// meaning of a field does; fields may be added under one number.
const (
	Format      = "tenantry.plan/1"
	SavedFormat = "tenantry.saved-plan/1"
)

// document is a Plan as JSON.
type document struct {
	Format     string            `json:"format"`
	Account    tenancy.AccountID `json:"account"`
	Store      tenancy.StoreID   `json:"identity_store"`
	Config     string            `json:"config"`
	Namespaces []Fingerprint     `json:"namespaces"`
	Steps      []Step            `json:"steps"`
	Holds      []tenancy.Hold    `json:"holds"`
	Accepted   []tenancy.Hold    `json:"accepted"`
	Notes      []tenancy.Note    `json:"notes"`
	Unmanaged  []Unmanaged       `json:"unmanaged"`
	Counts     Counts            `json:"counts"`
}

// step is a Step as JSON: the kind says how to read the change.
type step struct {
	Kind    Kind            `json:"kind"`
	Change  json.RawMessage `json:"change"`
	Because tenancy.Because `json:"because"`
	Hazards []Hazard        `json:"hazards,omitempty"`
	Held    tenancy.Code    `json:"held,omitempty"`
}

// readers read a change of each kind. It is the closed set once more, and a test holds it to it.
var readers = map[Kind]func([]byte) (Change, error){
	KindCreateNamespace:      read[CreateNamespace],
	KindCreateMirror:         read[CreateMirror],
	KindRegister:             readRegister,
	KindUpdateUser:           read[UpdateUser],
	KindSetCustomPermissions: read[SetCustomPermissions],
	KindAddMember:            read[AddMember],
	KindLowerRole:            read[LowerRole],
	KindRemoveMember:         read[RemoveMember],
	KindSuspend:              read[Suspend],
	KindResume:               read[Resume],
	KindHandOver:             read[HandOver],
	KindRemoveRegistration:   read[RemoveRegistration],
	KindBeginMove:            read[BeginMove],
	KindPark:                 read[Park],
	KindGiveBack:             read[GiveBack],
	KindUnpark:               read[Unpark],
	KindEndMove:              read[EndMove],
	KindRebind:               read[Rebind],
	KindHandToHouse:          read[HandToHouse],
	KindRevoke:               read[Revoke],
	KindShare:                read[Share],
	KindEvict:                read[Evict],
	KindPrepare:              read[Prepare],
	KindReturn:               read[Return],
	KindRejoin:               read[Rejoin],
	KindRegain:               read[Regain],
	KindCreateFolder:         read[CreateFolder],
	KindOpenFolder:           read[OpenFolder],
}

func read[C Change](data []byte) (Change, error) {
	var c C
	if err := strict(data, &c); err != nil {
		return nil, err
	}
	if c.In().IsZero() {
		return nil, errors.New("a step without a namespace")
	}
	return c, nil
}

// readRegister reads a registration, which no sign-in role would make a user of nobody's.
func readRegister(data []byte) (Change, error) {
	c, err := read[Register](data)
	if err == nil && c.(Register).SignIn.IsZero() {
		return nil, errors.New("a registration without a sign-in role")
	}
	return c, err
}

// MarshalJSON writes a step with the kind of its change.
func (s Step) MarshalJSON() ([]byte, error) {
	change, err := json.Marshal(s.Change)
	if err != nil {
		return nil, err
	}
	return json.Marshal(step{s.Change.Kind(), change, s.Because, s.Hazards, s.Held})
}

// UnmarshalJSON reads a step, and refuses a kind or a field that it does not know.
func (s *Step) UnmarshalJSON(data []byte) error {
	var in step
	if err := strict(data, &in); err != nil {
		return err
	}
	reader, ok := readers[in.Kind]
	if !ok {
		return fmt.Errorf("unknown kind of step %q", in.Kind)
	}
	change, err := reader(in.Change)
	if err != nil {
		return fmt.Errorf("%s: %w", in.Kind, err)
	}
	*s = Step{change, in.Because, in.Hazards, in.Held}
	return nil
}

// MarshalJSON writes the plan as a document of Format. It holds no time: the same two worlds give
// the same bytes.
func (p Plan) MarshalJSON() ([]byte, error) {
	return json.Marshal(document{
		Format, p.Account, p.Store, p.Config, list(p.Namespaces), list(p.Steps), list(p.Holds),
		list(p.Accepted), list(p.Notes), list(p.Unmanaged), p.Counts,
	})
}

// list is an empty list for none, so that programs need not tell null from [].
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// UnmarshalJSON reads a document of Format, and refuses fields that it does not know.
func (p *Plan) UnmarshalJSON(data []byte) error {
	var d document
	if err := strict(data, &d); err != nil {
		return err
	}
	if d.Format != Format {
		return fmt.Errorf("the document is %q, and this version reads %q", d.Format, Format)
	}
	*p = Plan{d.Account, d.Store, d.Config, d.Namespaces, d.Steps, d.Holds, d.Accepted, d.Notes, d.Unmanaged, d.Counts}
	return nil
}

func strict(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("more follows behind the document")
	}
	return nil
}

// saved is a plan as a file: with the time at which it was made, and a digest of both.
type saved struct {
	Format string          `json:"format"`
	MadeAt string          `json:"made_at"`
	Digest string          `json:"digest"`
	Plan   json.RawMessage `json:"plan"`
}

// Save writes a plan as a file's content. madeAt is the time at which it was made (RFC 3339).
func Save(p Plan, madeAt string) ([]byte, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return json.Marshal(saved{SavedFormat, madeAt, digest(madeAt, body), body})
}

// Open reads what Save wrote, and answers the plan and the time at which it was made. A file that
// was edited, cut short, or written by another version is refused (*StaleError).
func Open(data []byte) (p Plan, madeAt string, err error) {
	var s saved
	if err := strict(data, &s); err != nil {
		return Plan{}, "", stale("the file is no saved plan: %v", err)
	}
	if s.Format != SavedFormat {
		return Plan{}, "", stale("the file is %q, and this version reads %q", s.Format, SavedFormat)
	}
	if s.Digest != digest(s.MadeAt, s.Plan) {
		return Plan{}, "", stale("the file was edited, or cut short, after it was saved")
	}
	if err := strict(s.Plan, &p); err != nil {
		return Plan{}, "", stale("the file is no plan: %v", err)
	}
	return p, s.MadeAt, nil
}

func digest(madeAt string, body []byte) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q\n", madeAt)
	sum.Write(body)
	return hex.EncodeToString(sum.Sum(nil))
}
