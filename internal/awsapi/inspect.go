//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Inspector reads every asset of an account as closely as an audit looks at it.
type Inspector struct{ aws *AWS }

// NewInspector makes the one of an AWS.
func NewInspector(a *AWS) *Inspector { return &Inspector{a} }

// Inspect reads every asset of a Region, "" for the identity Region: of each kind the pages of its list, and of each asset
// what inspections says: two calls for a dashboard, an analysis and a data set, three for a folder (more where a list has
// pages), one for all others. Which data set a dashboard stands on is that of its published version. A data set's
// queries are in the answer about it, and are not kept.
//
// An asset that is gone by the time it is read is left out. What cannot be read is in Unread: a part of an asset, the rest
// of which stays among the Assets; or, where the list of them breaks off, the whole kind. The error, with nothing else, says
// that no further call can succeed: the credentials are not accepted, ctx has ended, or the Region is none of
// Options.AssetRegions.
func (i *Inspector) Inspect(ctx context.Context, region string) (tenancy.Inspection, error) {
	var all tenancy.Inspection
	words := &vocabulary{names: make(interner), lists: map[string][]string{}}
	for _, kind := range tenancy.InspectedKinds() {
		of, err := i.kind(ctx, region, kind, words)
		if err != nil {
			return tenancy.Inspection{}, err
		}
		all.Add(of)
	}
	all.Sort()
	return all, nil
}

// kind reads all assets of a kind.
func (i *Inspector) kind(ctx context.Context, region string, kind tenancy.AssetKind, words *vocabulary) (tenancy.Inspection, error) {
	r, err := i.aws.assetsIn(region)
	if err != nil {
		return tenancy.Inspection{}, fmt.Errorf("list the assets: %w", err)
	}
	found, err := i.list(ctx, r, kind)
	switch {
	case hopeless(ctx, err):
		return tenancy.Inspection{}, err
	case err != nil:
		whole := tenancy.AssetRef{Kind: kind, Region: r.region}
		return tenancy.Inspection{Unread: []tenancy.Unread{{AssetRef: whole, Why: err.Error()}}}, nil
	}
	failed, err := i.parts(ctx, r, found)
	if err != nil {
		return tenancy.Inspection{}, err
	}
	return inspected(found, failed, words), nil
}

// list reads the list of a kind to its end, each asset once.
func (i *Inspector) list(ctx context.Context, r regional, kind tenancy.AssetKind) ([]tenancy.Inspected, error) {
	doing := fmt.Sprintf("list the assets, kind %s in %s", kind, r.region)
	list := inspections[kind].list
	get := func(ctx context.Context, token *string) (page[tenancy.Inspected], error) { return list(ctx, r, token) }
	found, err := collect(ctx, get, func(a tenancy.Inspected) (tenancy.Inspected, bool) {
		a.Kind, a.Region = kind, r.region
		return a, true
	})
	if err != nil {
		return nil, failure(err, doing)
	}
	slices.SortFunc(found, func(a, b tenancy.Inspected) int { return a.Compare(b.AssetRef) })
	found = slices.CompactFunc(found, func(a, b tenancy.Inspected) bool { return a.AssetRef == b.AssetRef })
	if len(found) > 0 && found[0].ID == "" {
		return nil, failure(errors.New("an answer with an asset without an id"), doing)
	}
	return found, nil
}

// parts reads the parts of assets of one kind, the assets side by side, into them. Of each it answers why parts could not
// be read.
func (i *Inspector) parts(ctx context.Context, r regional, of []tenancy.Inspected) ([][]error, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	failed := make([][]error, len(of))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(describers, len(of)) {
		workers.Go(func() {
			for at := range next {
				var err error
				if failed[at], err = i.part(ctx, r, &of[at]); err != nil {
					stop(err) // the first one's error is kept
				}
			}
		})
	}
	for at := range of {
		if ctx.Err() != nil {
			break
		}
		next <- at
	}
	close(next)
	workers.Wait()
	return failed, context.Cause(ctx)
}

// part reads the parts of one asset into it. The error says that no further call can succeed.
func (i *Inspector) part(ctx context.Context, r regional, a *tenancy.Inspected) (failed []error, err error) {
	for _, read := range inspections[a.Kind].parts {
		err := read.of(ctx, r, a)
		if err == nil {
			continue
		}
		err = failure(err, "read "+read.what+" "+a.AssetRef.String())
		if hopeless(ctx, err) {
			return nil, err
		}
		failed = append(failed, err)
		if errors.Is(err, plan.ErrNotFound) {
			break // the rest of it is not there either
		}
	}
	return failed, nil
}

// inspected puts assets apart from what of them could not be read.
func inspected(found []tenancy.Inspected, failed [][]error, words *vocabulary) tenancy.Inspection {
	all := tenancy.Inspection{Assets: found[:0]}
	for at := range found {
		a := found[at]
		if slices.ContainsFunc(failed[at], gone(&a)) {
			continue
		}
		for _, err := range failed[at] {
			all.Unread = append(all.Unread, tenancy.Unread{AssetRef: a.AssetRef, Name: a.Name, Why: err.Error()})
		}
		words.shorten(&a)
		all.Assets = append(all.Assets, a)
	}
	return all
}

// gone says which errors mean that an asset is not there any more. An analysis that was deleted is there, and that
// DescribeAnalysis answers it is not documented.
func gone(a *tenancy.Inspected) func(error) bool {
	return func(err error) bool { return errors.Is(err, plan.ErrNotFound) && !(a.Deleted && a.Grants != nil) }
}

// vocabulary keeps what stands in many assets once: names, and lists of actions.
type vocabulary struct {
	names interner
	lists map[string][]string
}

func (v *vocabulary) shorten(a *tenancy.Inspected) {
	v.grants(a.Grants)
	v.grants(a.Links)
	v.actions(a.Actions)
	v.actions(a.LinkActions)
	if a.Folder != nil {
		v.grants(a.Folder.Resolved)
	}
}

func (v *vocabulary) grants(all []tenancy.Grant) {
	for j := range all {
		g := &all[j]
		g.To.Namespace, g.To.Name, g.May = v.names.one(g.To.Namespace), v.names.one(g.To.Name), tenancy.Access(v.names.one(string(g.May)))
	}
}

func (v *vocabulary) actions(all [][]string) {
	for j, list := range all {
		key := strings.Join(list, " ")
		if v.lists[key] == nil {
			v.lists[key] = list
		}
		all[j] = v.lists[key]
	}
}
