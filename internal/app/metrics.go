package app

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/plan"
)

// Metrics are what a daemon counts and measures, for Prometheus. They hold no names of people, and of
// tenants neither: only how many.
type Metrics struct {
	registry *prometheus.Registry

	events   *prometheus.CounterVec   // outcome, reason
	hints    *prometheus.CounterVec   // about, outcome
	lag      prometheus.Histogram     // from the queue's receipt of an event to its effect
	passes   *prometheus.CounterVec   // outcome
	duration prometheus.Histogram     // of complete passes
	last     prometheus.Gauge         // when the last complete pass ended
	calls    *prometheus.CounterVec   // service, operation, outcome
	waited   *prometheus.HistogramVec // for the limiter, by service
	writes   *prometheus.CounterVec   // kind, outcome
	drift    prometheus.Counter
	foreign  prometheus.Counter
	denied   prometheus.Counter
	astray   prometheus.Gauge
	holds    prometheus.Gauge
	access   prometheus.Gauge
	long     prometheus.Gauge
	brake    prometheus.Gauge
	paused   prometheus.Gauge
	depth    *prometheus.GaugeVec // state, of the SQS queue
}

// NewMetrics makes the metrics, in a registry of their own.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		events:   counters("events_total", "Messages received, by what became of them and why.", "outcome", "reason"),
		hints:    counters("hints_total", "Hints dealt with, by what they are about and how they ended.", "about", "outcome"),
		lag: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "tenantry", Name: "event_lag_seconds", Buckets: []float64{.1, .3, 1, 2, 5, 10, 30, 60, 300, 900},
			Help: "Time from an event's arrival in the queue until everything that it asks for is done.",
		}),
		passes: counters("passes_total", "Passes, by how they ended.", "outcome"),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "tenantry", Name: "pass_duration_seconds", Buckets: []float64{1, 5, 15, 60, 300, 900, 3600},
			Help: "Time that complete passes took.",
		}),
		last:  gauge("last_pass_timestamp_seconds", "When the last complete pass ended, in seconds since 1970."),
		calls: counters("aws_calls_total", "Attempts of calls to AWS. The outcome \"throttled\" counts throttles.", "service", "operation", "outcome"),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "tenantry", Name: "aws_call_wait_seconds", Buckets: []float64{.01, .1, 1, 10, 60},
			Help: "Time that calls waited for their turn, so as not to be throttled.",
		}, []string{"service"}),
		writes:  counters("writes_total", "Changes of QuickSight, by kind and how they ended.", "kind", "outcome"),
		drift:   prometheus.NewCounter(prometheus.CounterOpts{Namespace: "tenantry", Name: "jit_users_total", Help: "People whom QuickSight registered in default at their first sign-in."}),
		foreign: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "tenantry", Name: "foreign_writes_total", Help: "Writes to QuickSight's users, groups and namespaces that are not in the journal."}),
		denied:  prometheus.NewCounter(prometheus.CounterOpts{Namespace: "tenantry", Name: "denied_sign_ins_total", Help: "Sign-ins by sign-in roles that were refused, as far as AWS tells."}),
		astray:  gauge("in_default", "People of tenants who are users of default."),
		long:    gauge("held_with_access", "Of the holds, those by which someone has had an access for 15 minutes or more that they should not have."),
		holds:   gauge("holds", "What waits for a person to decide."),
		access:  gauge("holds_with_access", "Of the holds, those by which someone still has an access that they should not have."),
		brake:   gauge("brake", "Holds by which a limit keeps many things from happening at once."),
		paused:  gauge("paused", "1 while writes are paused."),
		depth:   gauges("queue_messages", "Messages in the SQS queue.", "state"),
	}
	m.registry.MustRegister(m.events, m.hints, m.lag, m.passes, m.duration, m.last, m.calls, m.waited, m.writes, m.drift, m.foreign, m.denied, m.astray, m.long,
		m.holds, m.access, m.brake, m.paused, m.depth,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "tenantry", Name: name, Help: help}, labels)
}

func gauge(name, help string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "tenantry", Name: name, Help: help})
}

func gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "tenantry", Name: name, Help: help}, labels)
}

// watch shows how many hints are at hand, and how fast AWS is called, whenever somebody asks for the
// metrics.
func (m *Metrics) watch(q *intake.Queue, aws *awsapi.AWS) {
	for _, p := range aws.Paces() {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: "tenantry", Name: "aws_rate", Help: "Calls a second that a service is held to.", ConstLabels: prometheus.Labels{"service": p.Service},
		}, func() float64 { return paceOf(aws, p.Service).PerSecond }))
	}
	for state, of := range map[string]func(intake.Stats) float64{
		"due":     func(s intake.Stats) float64 { return float64(s.Due) },
		"delayed": func(s intake.Stats) float64 { return float64(s.Delayed) },
		"parked":  func(s intake.Stats) float64 { return float64(s.Parked) },
		"working": func(s intake.Stats) float64 { return float64(s.Working) },
	} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: "tenantry", Name: "pending_hints", Help: "Hints at hand.", ConstLabels: prometheus.Labels{"state": state},
		}, func() float64 { return of(q.Stats()) }))
	}
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "tenantry", Name: "oldest_hint_seconds", Help: "How long the oldest hint has been at hand.",
	}, func() float64 { return q.Stats().Oldest.Seconds() }))
}

func paceOf(aws *awsapi.AWS, service string) awsapi.Pace {
	for _, p := range aws.Paces() {
		if p.Service == service {
			return p
		}
	}
	return awsapi.Pace{}
}

// handler serves the metrics in Prometheus's text format.
func (m *Metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Observe counts an attempt of a call to AWS. It fits Options.Observe.
func (m *Metrics) Observe(c awsapi.Call) {
	m.calls.WithLabelValues(c.Service, c.Operation, string(c.Outcome)).Inc()
	m.waited.WithLabelValues(c.Service).Observe(c.Waited.Seconds())
}

// wrote counts how a step ended.
func (m *Metrics) wrote(o plan.Outcome) {
	outcome := "done"
	switch {
	case o.Held != nil:
		outcome = "held"
	case o.Err != nil:
		outcome = "failed"
	}
	m.writes.WithLabelValues(string(o.Step.Change.Kind()), outcome).Inc()
}

// passed counts a pass.
func (m *Metrics) passed(outcome string, took time.Duration, now time.Time) {
	m.passes.WithLabelValues(outcome).Inc()
	if outcome == passComplete {
		m.duration.Observe(took.Seconds())
		m.last.Set(float64(now.Unix()))
	}
}

// How passes end.
const (
	passComplete = "complete"
	passFailed   = "failed"
	passCut      = "interrupted"
)
