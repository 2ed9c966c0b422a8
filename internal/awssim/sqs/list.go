package sqs

import (
	"iter"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// pageRequest is what lists take.
type pageRequest struct {
	QueueNamePrefix string
	MaxResults      *int
	NextToken       string
}

func (s service) listQueues(r *wire.Request) (any, error) {
	var in pageRequest
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	list := world.Key("ListQueues", r.Region, in.QueueNamePrefix)
	return s.page(r, in, list, "QueueUrls", func(after string) iter.Seq2[string, *world.Queue] {
		return s.w.Queues.In(r.Region, in.QueueNamePrefix, after)
	})
}

func (s service) listDeadLetterSourceQueues(r *wire.Request, q *world.Queue, in pageRequest) (any, error) {
	list := world.Key("ListDeadLetterSourceQueues", r.Region, q.Name)
	return s.page(r, in, list, "queueUrls", func(after string) iter.Seq2[string, *world.Queue] {
		return func(yield func(string, *world.Queue) bool) {
			for key, source := range s.w.Queues.In(r.Region, "", after) {
				to := source.Settings.Redrive
				if to != nil && to.DeadLetterQueue == q.Name && !yield(key, source) {
					return
				}
			}
		}
	})
}

// page answers a page of the URLs of queues. Without MaxResults there are up to 1000, and no token, as the reference
// says.
func (s service) page(r *wire.Request, in pageRequest, list, member string, rows func(after string) iter.Seq2[string, *world.Queue]) (any, error) {
	limit := 1000
	if in.MaxResults != nil {
		limit = *in.MaxResults
	}
	after, ok := s.w.Continue(list, in.NextToken)
	if !ok || limit < 1 || limit > 1000 {
		return nil, invalid("Invalid or expired next token, or a MaxResults that is not between 1 and 1000.")
	}
	queues, last := world.Page(rows(after), limit)
	answer := make(map[string]any)
	if last != "" && in.MaxResults != nil {
		answer["NextToken"] = s.w.Token(list, last)
	}
	var urls []string
	for _, q := range queues {
		urls = append(urls, s.url(r, q))
	}
	if urls != nil || member == "queueUrls" {
		answer[member] = append([]string{}, urls...)
	}
	return answer, nil
}
