// Go's net/http with encoding/json.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type failedFile struct {
	Document string `json:"document"`
	Error    string `json:"error"`
}

type failedFiles struct {
	FailedFiles []failedFile `json:"failed_files"`
}

func newClient(caFile string, connections int) *http.Client {
	pem, err := os.ReadFile(caFile)
	if err != nil {
		log.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return &http.Client{
		Timeout: 30 * time.Second,
		Transport: &http.Transport{
			MaxConnsPerHost:     connections,
			MaxIdleConnsPerHost: connections,
			TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13},
			// Not nil: no HTTP/2.
			TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
		},
	}
}

type countingReader struct {
	from io.Reader
	read int64
}

func (reader *countingReader) Read(into []byte) (int, error) {
	count, err := reader.from.Read(into)
	reader.read += int64(count)
	return count, err
}

func fetch(client *http.Client, url string) (records int, bytes int64, err error) {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return 0, 0, err
	}
	request.Header.Set("unstructured-api-key", "bench-key-0123456789")
	response, err := client.Do(request)
	if err != nil {
		return 0, 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 0, 0, fmt.Errorf("status %d", response.StatusCode)
	}
	body := &countingReader{from: response.Body}
	var reply failedFiles
	if err := json.NewDecoder(body).Decode(&reply); err != nil {
		return 0, 0, err
	}
	// What follows the document has to be read, or the connection is not used again.
	if _, err := io.Copy(io.Discard, body); err != nil {
		return 0, 0, err
	}
	return len(reply.FailedFiles), body.read, nil
}

func main() {
	url := flag.String("url", "", "https://127.0.0.1:PORT")
	caFile := flag.String("ca", "", "PEM file")
	connections := flag.Int("connections", 64, "connections")
	jobs := flag.String("jobs", "", "file of job IDs")
	expected := flag.Int("records", 0, "records of each job")
	flag.Parse()

	text, err := os.ReadFile(*jobs)
	if err != nil {
		log.Fatal(err)
	}
	ids := strings.Fields(string(text))
	client := newClient(*caFile, *connections)
	latencies := make([]time.Duration, len(ids))
	var next, records, bytes int64
	start := time.Now()

	var workers sync.WaitGroup
	for i := 0; i < *connections; i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for {
				job := atomic.AddInt64(&next, 1) - 1
				if job >= int64(len(ids)) {
					return
				}
				started := time.Now()
				count, size, err := fetch(client, *url+"/api/v1/jobs/"+ids[job]+"/failed-files")
				if err != nil || count != *expected {
					log.Fatalf("%d records: %v", count, err)
				}
				latencies[job] = time.Since(started)
				atomic.AddInt64(&records, int64(count))
				atomic.AddInt64(&bytes, size)
			}
		}()
	}
	workers.Wait()

	elapsed := time.Since(start)
	sort.Slice(latencies, func(a, b int) bool { return latencies[a] < latencies[b] })
	milliseconds := func(percent int) float64 {
		return float64(latencies[(len(latencies)-1)*percent/100].Nanoseconds()) / 1e6
	}
	fmt.Printf("{\"requests\":%d,\"records\":%d,\"bytes\":%d,\"elapsed_s\":%.6f,\"p50_ms\":%.4f,\"p99_ms\":%.4f}\n",
		len(ids), records, bytes, elapsed.Seconds(), milliseconds(50), milliseconds(99))
}
