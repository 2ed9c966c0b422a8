package view

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// Widths of the text. Off a terminal it is always defaultWidth, so that the same plan is the same
// bytes wherever it is printed.
const (
	defaultWidth = 100
	minWidth     = 60
	maxWidth     = 120
)

// IO is what a program reads and writes, and what is known about the terminals behind it.
type IO struct {
	In  io.Reader
	Out io.Writer // what was asked for
	Err io.Writer // what is told beside it: errors, progress, questions

	InTerminal, OutTerminal, ErrTerminal bool
	// Width is how many columns the text may take.
	Width int
	// Color says whether a terminal may be given colour. Nothing else ever is.
	Color bool
	// Now is the time, for rates and times left.
	Now func() time.Time
}

// SystemIO is the IO of the process. Colour is left out where NO_COLOR is set (no-color.org) and on
// a terminal that calls itself dumb.
func SystemIO() *IO {
	s := &IO{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Width:       defaultWidth,
		Color:       os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb",
		Now:         time.Now,
	}
	if s.OutTerminal {
		if columns, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
			s.Width = min(max(columns, minWidth), maxWidth)
		}
	}
	return s
}

// Plain is the IO as it is for a file: without a terminal, and as wide as everywhere.
func (s *IO) Plain() *IO {
	plain := *s
	plain.InTerminal, plain.OutTerminal, plain.ErrTerminal, plain.Width = false, false, false, defaultWidth
	return &plain
}

// TestIO is an IO without terminals, whose streams are buffers and whose time stands still.
func TestIO() (s *IO, in, out, err *bytes.Buffer) {
	in, out, err = &bytes.Buffer{}, &bytes.Buffer{}, &bytes.Buffer{}
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return &IO{In: in, Out: out, Err: err, Width: defaultWidth, Now: func() time.Time { return start }}, in, out, err
}

// CanPrompt reports whether a person sits there who sees what is asked, and can answer.
func (s *IO) CanPrompt() bool { return s.InTerminal && s.OutTerminal && s.ErrTerminal }

// Confirm asks a question whose answer is no, unless it is y or yes. It ends with the context, with
// the context's error.
func (s *IO) Confirm(ctx context.Context, question string) (bool, error) {
	line, err := s.Ask(ctx, question+" [y/N]")
	line = strings.ToLower(strings.TrimSpace(line))
	return line == "y" || line == "yes", err
}

// Ask asks a question that is answered with a line. It ends with the context, with the context's error.
func (s *IO) Ask(ctx context.Context, question string) (string, error) {
	if _, err := fmt.Fprintf(s.Err, "%s ", question); err != nil {
		return "", err
	}
	type answer struct {
		line string
		cut  bool
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, cut, err := readLine(s.In)
		answers <- answer{line, cut, err}
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(s.Err)
		return "", ctx.Err()
	case a := <-answers:
		if a.err != nil {
			return "", fmt.Errorf("read the answer: %w", a.err)
		}
		if a.cut {
			fmt.Fprintln(s.Err) // no Enter has done it: ^D
		}
		return a.line, nil
	}
}

// readLine reads up to the end of a line and nothing behind it, and reports whether the input ended
// before the line did.
func readLine(r io.Reader) (text string, cut bool, err error) {
	var line []byte
	one := make([]byte, 1)
	for {
		n, err := r.Read(one)
		switch {
		case n == 1 && one[0] == '\n':
			return string(line), false, nil
		case errors.Is(err, io.EOF):
			return string(line), true, nil
		case err != nil:
			return "", false, err
		}
		line = append(line, one[:n]...)
	}
}
