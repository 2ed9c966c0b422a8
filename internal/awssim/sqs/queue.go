package sqs

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// on makes an operation of one that is about a queue and takes the input I: it finds the queue first.
func on[I any](serve func(service, *wire.Request, *world.Queue, I) (any, error)) func(service, *wire.Request) (any, error) {
	return func(s service, r *wire.Request) (any, error) {
		var of struct{ QueueURL string }
		if err := r.Decode(&of); err != nil {
			return nil, err
		}
		q, err := s.queue(r, of.QueueURL)
		if err != nil {
			return nil, err
		}
		if err := s.permit(r, q); err != nil {
			return nil, err
		}
		var in I
		if err := r.Decode(&in); err != nil {
			return nil, err
		}
		return serve(s, r, q, in)
	}
}

// queue finds the queue of a URL.
func (s service) queue(r *wire.Request, url string) (*world.Queue, error) {
	if url == "" && strings.Trim(r.RawPath, "/") == "" {
		return nil, missing("QueueUrl")
	}
	name, ok := s.nameOf(r, url)
	if !ok {
		return nil, modelled("InvalidAddress", "The address %s is not valid for this endpoint.", url)
	}
	q, ok := s.w.Queues.Get(r.Region, name)
	if !ok {
		return nil, noQueue()
	}
	return q, nil
}

// nameOf gives the name of the queue that a URL names: that of the request itself when the request has none. A queue of
// another account is named so that there is none.
func (s service) nameOf(r *wire.Request, of string) (string, bool) {
	path := r.RawPath
	if of != "" {
		u, err := url.Parse(of)
		if err != nil {
			return "", false
		}
		path = u.Path
	}
	part := strings.Split(strings.Trim(path, "/"), "/")
	if len(part) < 2 {
		return "", false
	}
	account, name := part[len(part)-2], part[len(part)-1]
	if account != s.w.Account {
		name = account + "/" + name
	}
	return name, true
}

// url is the URL of a queue for the client of r.
func (s service) url(r *wire.Request, q *world.Queue) string {
	return r.Scheme + "://" + r.Host + "/" + s.w.Account + "/" + q.Name
}

var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// rest is for how long a name can not be used after its queue was deleted, and a queue not purged again.
const rest = time.Minute

func (s service) createQueue(r *wire.Request) (any, error) {
	var in struct {
		QueueName  string
		Attributes map[string]string
		Tags       map[string]string
	}
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	if in.QueueName == "" {
		return nil, missing("QueueName")
	}
	if strings.HasSuffix(in.QueueName, ".fifo") || in.Attributes["FifoQueue"] == "true" {
		return nil, modelled("UnsupportedOperation", "FIFO queues are not simulated.")
	}
	if !queueName.MatchString(in.QueueName) {
		return nil, invalid("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	if q, ok := s.w.Queues.Get(r.Region, in.QueueName); ok {
		return s.sameQueue(r, q, in.Attributes)
	}
	settings, err := s.settings(r.Region, world.DefaultQueueSettings(), in.Attributes)
	if err != nil {
		return nil, err
	}
	if gone := s.w.Queues.DeletedAt(r.Region, in.QueueName); s.w.Now().Before(gone.Add(rest)) {
		return nil, modelled("QueueDeletedRecently", "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	q := s.w.Queues.Create(r.Region, in.QueueName, settings)
	q.Tags = tagged(nil, in.Tags)
	return map[string]any{"QueueUrl": s.url(r, q)}, nil
}

// sameQueue answers a creation of a queue that is there: it is the same if what the request says is so.
func (s service) sameQueue(r *wire.Request, q *world.Queue, attributes map[string]string) (any, error) {
	wanted, err := s.settings(r.Region, q.Settings, attributes)
	if err != nil {
		return nil, err
	}
	if name, differs := difference(s.shown(q, q.Settings), s.shown(q, wanted)); differs {
		return nil, modelled("QueueNameExists", "A queue already exists with the same name and a different value for attribute %s", name)
	}
	return map[string]any{"QueueUrl": s.url(r, q)}, nil
}

func (s service) deleteQueue(_ *wire.Request, q *world.Queue, _ nothing) (any, error) {
	s.w.Queues.Delete(q)
	return nothing{}, nil
}

func (s service) purgeQueue(_ *wire.Request, q *world.Queue, _ nothing) (any, error) {
	if s.w.Now().Before(q.PurgedAt.Add(rest)) {
		return nil, modelled("PurgeQueueInProgress", "Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.Name)
	}
	q.Purge()
	return nothing{}, nil
}

func (s service) getQueueURL(r *wire.Request) (any, error) {
	var in struct{ QueueName, QueueOwnerAWSAccountID string }
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	q, ok := s.w.Queues.Get(r.Region, in.QueueName)
	switch {
	case in.QueueName == "":
		return nil, missing("QueueName")
	case !ok || cmp.Or(in.QueueOwnerAWSAccountID, r.Caller.Account) != s.w.Account:
		return nil, noQueue()
	}
	if err := s.permit(r, q); err != nil {
		return nil, err
	}
	return map[string]any{"QueueUrl": s.url(r, q)}, nil
}
