// Command pack writes archives that depend on nothing but the files in them: no time, no owner, no order of a folder.
//
//	go run -C tools ./pack ARCHIVE.tar.gz NAME=FILE...
//	go run -C tools ./pack ARCHIVE.zip NAME=FILE...
//
// NAME is the path within the archive. A file that can be executed is packed as 0755, any other as 0644. Times are SOURCE_DATE_EPOCH,
// in seconds since 1970 (reproducible-builds.org), and 1980 where it is not set, the earliest that a zip can say.
package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// entry is a file as it is packed.
type entry struct {
	name string
	mode int64
	data []byte
}

func run(args []string) error {
	if len(args) < 2 {
		return errors.New("it takes an archive and at least one NAME=FILE")
	}
	archive, write := args[0], writeTar
	if strings.HasSuffix(archive, ".zip") {
		write = writeZip
	} else if !strings.HasSuffix(archive, ".tar.gz") {
		return fmt.Errorf("%s is neither .tar.gz nor .zip", archive)
	}
	at, err := epoch(os.Getenv("SOURCE_DATE_EPOCH"))
	if err != nil {
		return err
	}
	var entries []entry
	for _, arg := range args[1:] {
		e, err := read(arg)
		if err != nil {
			return err
		}
		entries = append(entries, e)
	}
	out, err := os.Create(archive)
	if err != nil {
		return err
	}
	if err := errors.Join(write(out, entries, at), out.Close()); err != nil {
		return fmt.Errorf("write %s: %w", archive, err)
	}
	return nil
}

func epoch(text string) (time.Time, error) {
	if text == "" {
		return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC), nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is %q, and no number of seconds", text)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

func read(arg string) (entry, error) {
	name, file, ok := strings.Cut(arg, "=")
	if !ok || name == "" {
		return entry{}, fmt.Errorf("%q is not NAME=FILE", arg)
	}
	info, err := os.Stat(file)
	if err != nil {
		return entry{}, err
	}
	data, err := os.ReadFile(file)
	mode := int64(0o644)
	if info.Mode()&0o111 != 0 {
		mode = 0o755
	}
	return entry{name, mode, data}, err
}

func writeTar(out io.Writer, entries []entry, at time.Time) error {
	zipped, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := tar.NewWriter(zipped)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: e.mode, Size: int64(len(e.data)), ModTime: at, Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if _, err := w.Write(e.data); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), zipped.Close())
}

func writeZip(out io.Writer, entries []entry, at time.Time) error {
	w := zip.NewWriter(out)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: at}
		h.SetMode(os.FileMode(e.mode))
		f, err := w.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := f.Write(e.data); err != nil {
			return err
		}
	}
	return w.Close()
}
