package world

import (
	"slices"
	"time"
)

// Create begins the creation of a namespace: it is CREATING, and becomes what
// its script says, or CREATED, when the time has come. The name may be that of a
// namespace whose creation failed.
func (q *QuickSight) Create(name, region string, tags []Tag) Namespace {
	q.creations++
	q.attempts[name]++
	n := Namespace{Name: name, CapacityRegion: region, Tags: tags, Contents: q.newContents(), Status: StatusCreating}
	q.begin(&n)
	q.await(n)
	got, _ := q.namespaces.Get(name)
	return got
}

// begin says how and when the creation of n ends.
func (q *QuickSight) begin(n *Namespace) {
	n.next, n.due = StatusCreated, q.w.Now().Add(time.Duration(q.w.behaviour.NamespaceCreateDelay))
	if s, ok := q.script(n.Name); ok {
		n.next, n.fail = s.Status, s
		if s.Status == StatusCreating {
			n.due = time.Time{}
		}
	}
}

// script gives the script of the creation that has just been counted.
func (q *QuickSight) script(name string) (NamespaceScript, bool) {
	for _, s := range q.w.behaviour.NamespaceScripts {
		byName := s.Name == name && name != "" && (s.Times == 0 || q.attempts[name] <= s.Times)
		if byName || s.Nth != 0 && s.Nth == q.creations {
			return s, true
		}
	}
	return NamespaceScript{}, false
}

// Delete begins the deletion of a namespace, which takes its users and groups
// with it when the time has come. Assets stay.
func (q *QuickSight) Delete(n Namespace) {
	n.Status, n.next = StatusDeleting, ""
	n.due = q.w.Now().Add(time.Duration(q.w.behaviour.NamespaceDeleteDelay))
	q.await(n)
}

// await stores n and waits for its time.
func (q *QuickSight) await(n Namespace) {
	q.namespaces.Put(n.Name, n)
	if !n.due.IsZero() && !slices.Contains(q.pending, n.Name) {
		q.pending = append(q.pending, n.Name)
	}
	q.settle()
}

// settle makes the changes whose time has come.
func (q *QuickSight) settle() {
	if len(q.pending) == 0 {
		return
	}
	now := q.w.Now()
	q.pending = slices.DeleteFunc(q.pending, func(name string) bool {
		n, ok := q.namespaces.Get(name)
		if !ok || n.due.IsZero() {
			return true
		}
		if now.Before(n.due) {
			return false
		}
		q.arrive(n)
		return true
	})
}

// arrive gives n the status that it was waiting for.
func (q *QuickSight) arrive(n Namespace) {
	if n.next == "" {
		q.empty(n)
		q.namespaces.Delete(n.Name)
		return
	}
	n.Status, n.due = n.next, time.Time{}
	n.ErrorType, n.ErrorMessage = n.fail.ErrorType, n.fail.ErrorMessage
	q.namespaces.Put(n.Name, n)
}
