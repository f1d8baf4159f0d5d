package main

import (
	"log"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

func failedFiles(response http.ResponseWriter, request *http.Request) {
	response.Header().Set("Content-Type", "application/json")
	body, err := os.ReadFile(filepath.Join(os.Getenv("ANSWERS"), filepath.Clean(request.URL.Path)))
	if err != nil {
		response.WriteHeader(http.StatusNotFound)
		body = []byte(`{"detail":"Job not found"}`)
	}
	response.Write(body)
}

func main() {
	server := http.Server{
		Addr:        "127.0.0.1:" + os.Getenv("PORT"),
		Handler:     http.HandlerFunc(failedFiles),
		IdleTimeout: time.Second,
	}
	log.Fatal(server.ListenAndServeTLS(os.Getenv("CERTIFICATE"), os.Getenv("KEY")))
}
