package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/view"
)

// verdictFormat is the document that history verify writes for programs.
const verdictFormat = "tenantry.verdict/1"

type verifyOptions struct {
	config configOption
	format view.Format
	notes  []string
}

func newHistoryVerify(env *Env) *cobra.Command {
	o := &verifyOptions{format: view.Text}
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that nothing in the history was changed",
		Long: `Reads the whole journal and checks the chain: each record has a sum over its content and the sum
before it. Where it is broken, the first such record is named, and the exit code is 1.

A chain that holds proves that nothing was changed in its middle. Whoever can write the file could
make a whole new chain, or cut off its end: so keep the note that is printed somewhere else, and give
it with --note later. Then everything up to that record is as it was.`,
		Example: `  tenantry history verify -c tenantry.yaml
  tenantry history verify -c tenantry.yaml --note 1234:6f1c…`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			notes, err := o.validate(env, cmd)
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), env, notes)
		},
	}
	o.config.register(cmd)
	cmd.Flags().StringSliceVar(&o.notes, "note", nil, "a `NOTE` of an earlier check: the number of a record and its sum")
	cmd.Flags().Var(&o.format, "format", "text for people, json for programs")
	return cmd
}

func (o *verifyOptions) validate(env *Env, cmd *cobra.Command) ([]journal.Head, error) {
	var notes []journal.Head
	for _, text := range o.notes {
		h, err := journal.ParseHead(text)
		if err != nil {
			return nil, usage("copy the note as history verify printed it", "--note: %v", err)
		}
		notes = append(notes, h)
	}
	return notes, o.config.validate(env, cmd)
}

func (o *verifyOptions) run(ctx context.Context, env *Env, notes []journal.Head) error {
	v, err := o.verify(ctx, env, notes)
	if err != nil {
		return err
	}
	if o.format == view.JSON {
		err = view.WriteJSON(env.IO.Out, verdictDocument(v))
	} else {
		err = showVerdict(env, v)
	}
	if err == nil && !v.OK() {
		err = &outcome{exitError}
	}
	return err
}

// verify finds that a journal which is not there holds, unless a note says that there was one.
func (o *verifyOptions) verify(ctx context.Context, env *Env, notes []journal.Head) (journal.Verdict, error) {
	j, err := o.config.history(ctx, env)
	if errors.Is(err, fs.ErrNotExist) && len(notes) == 0 {
		return journal.Verdict{}, nil
	}
	if err != nil {
		return journal.Verdict{}, err
	}
	defer j.Close()
	return j.Verify(ctx, notes...)
}

func verdictDocument(v journal.Verdict) any {
	d := struct {
		Format  string `json:"format"`
		Holds   bool   `json:"holds"`
		Records int64  `json:"records"`
		Note    string `json:"note,omitempty"` // of the last record that holds
		Broken  int64  `json:"first_broken_record,omitempty"`
		How     string `json:"how,omitempty"`
	}{verdictFormat, v.OK(), v.Records, "", v.Broken, v.How}
	if v.Last.Seq > 0 {
		d.Note = v.Last.String()
	}
	return d
}

func showVerdict(env *Env, v journal.Verdict) error {
	var text string
	switch {
	case v.Broken > 0:
		text = fmt.Sprintf("The chain is broken at record %d: %s.\n", v.Broken, view.Safe(v.How))
		if v.Last.Seq > 0 {
			text += fmt.Sprintf("The records up to %d hold.\n", v.Last.Seq)
		}
	case !v.OK():
		text = fmt.Sprintf("The chain holds, and %s.\n", view.Safe(v.How))
	case v.Records == 0:
		text = "Nothing is recorded yet.\n"
	default:
		text = fmt.Sprintf("The chain holds: %d records. A note of it, to be kept elsewhere:\n%s\n", v.Records, v.Last)
	}
	_, err := fmt.Fprint(env.IO.Out, text)
	return err
}
