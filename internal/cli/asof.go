package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/tenantry/tenantry/internal/explain"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/view"
)

// roll shows who was registered at a time, as the history tells it.
func (o *historyOptions) roll(ctx context.Context, env *Env) error {
	j, err := o.config.history(ctx, env)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(env.IO.Err, "nothing is recorded yet")
		return nil
	}
	if err != nil {
		return err
	}
	defer j.Close()
	var roll explain.Roll
	for r, err := range j.Entries(ctx, journal.Filter{}) { // what comes into another namespace may leave this one
		if err != nil {
			return err
		}
		if r.Time.After(o.at) {
			break
		}
		roll.Note(explain.Told{Seq: r.Seq, At: r.Time.Unix(), Entry: r.Entry})
	}
	users := slices.DeleteFunc(roll.In(o.namespace), func(e explain.Entry) bool { return o.person != "" && !isOf(e, o.person) })
	return view.AsOf(env.IO, o.format, view.Options{Full: o.full}, &view.Roll{At: o.at, Namespace: o.namespace, Begins: j.Born(ctx), Users: users})
}

// isOf reports whether an entry is a person's: by their id, their user name or its session, as --person has it.
func isOf(e explain.Entry, person string) bool {
	return string(e.Person) == person || string(e.User) == person || e.User.SessionName() == person
}
