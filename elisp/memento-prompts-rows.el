;;; memento-prompts-rows.el --- A prompt as a row of the list  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; What a row of the list of prompts and its header line show.

;;; Code:

(require 'memento-prompts-filter)
(require 'memento-notes-search)
(require 'tabulated-list)

;;;; Internal variables

(defvar-local memento--prompts-listed nil
  "The prompts that are shown, in their order.")

(defvar-local memento--prompts-more nil
  "Non-nil if there are more than are shown.")

;;;; Rows

(defun memento--prompts-signs (prompt)
  "Return the signs of PROMPT, with a blank after them, or \"\"."
  (let ((signs (list (and (plist-get prompt :similarity)
                          (propertize (format "%3d%%" (round (* 100 (plist-get prompt :similarity)))) 'face 'shadow))
                     (and (plist-get prompt :secrets)
                          (propertize "!" 'face 'memento-prompts-secret
                                      'help-echo (concat "Looks to hold: " (string-join (plist-get prompt :secrets) ", "))))
                     (and (plist-get prompt :note)
                          (propertize (memento--glyph "✎" "n") 'face 'memento-prompts-note
                                      'help-echo (plist-get prompt :note)))
                     (and (plist-get prompt :tags)
                          (propertize (mapconcat (lambda (tag) (concat "#" tag)) (plist-get prompt :tags) " ")
                                      'face 'memento-prompts-tag)))))
    (mapconcat (lambda (sign) (if sign (concat sign " ") "")) signs "")))

(defun memento--prompts-cells (prompt columns regexp)
  "Return the cells of PROMPT for COLUMNS; what matches REGEXP is marked."
  (let* ((widths (mapcar #'cadr columns))
         (signs (memento--prompts-signs prompt))
         (width (- (memento--list-width) (apply #'+ widths) 4 (string-width signs)))
         (name (memento--one-line (or (plist-get prompt :name) "-"))))
    (vector (propertize (memento--time (plist-get prompt :time)
                                               (if (> (car widths) 11) "%Y-%m-%d %H:%M" "%m-%d %H:%M"))
                        'face 'memento-prompts-time)
            (memento--prompts-stars (plist-get prompt :rating))
            (propertize (memento--cut name (nth 2 widths))
                        'face 'memento-prompts-project 'help-echo (plist-get prompt :project))
            (concat signs (memento--snippet (plist-get prompt :text) regexp width)))))

(defun memento--prompts-columns (prompts)
  "Return the columns that PROMPTS need.
The text has what is left: in a narrow window the others leave it more."
  (let* ((wide (>= (memento--list-width) 100))
         (year (format-time-string "%Y"))
         (full (or wide
                   (seq-some (lambda (prompt)
                               (not (equal (memento--time (or (plist-get prompt :time) 0) "%Y") year)))
                             prompts)))
         (names (seq-reduce (lambda (width prompt) (max width (string-width (or (plist-get prompt :name) "-"))))
                            prompts 4)))
    (vector (list "Time" (if full 16 11) nil) '("Rating" 5 nil)
            (list "Project" (min names (if wide 24 12)) nil) '("Text" 0 nil))))

(defun memento--prompts-row (prompt regexp)
  "Return the row of PROMPT; what matches REGEXP is marked."
  (list (plist-get prompt :id) (memento--prompts-cells prompt (append tabulated-list-format nil) regexp)))

(defun memento--prompts-regexp ()
  "Return a regexp of the words that are looked for, or nil."
  (when-let ((text (plist-get memento--prompts-query :text)))
    (memento--search-regexp text)))

;;;; The header line

(defun memento--prompts-header ()
  "Return the header line: what is shown, and a few keys where there is room."
  (let* ((count (memento--count (length memento--prompts-listed) "prompt"))
         (count (if memento--prompts-more
                    (concat (memento--number (length memento--prompts-listed)) "+ prompts")
                  count))
         (names (if memento--prompts-like
                    (list (concat "like “" (memento--cut
                                            (memento--one-line (plist-get memento--prompts-like :text)) 50)
                                  "”"))
                  (memento--prompts-query-names memento--prompts-query)))
         (line (concat " " (string-join (cons count (mapcar (lambda (name) (propertize name 'face 'bold)) names))
                                        (memento--glyph " · " " | "))))
         (keys (cond (memento--prompts-like "q leave  ? keys ")
                     (names "F clear  f filter  / search  ? keys ")
                     (t "/ search  f filter  ? keys "))))
    (memento--header-line line keys (memento--list-width))))

(provide 'memento-prompts-rows)
;;; memento-prompts-rows.el ends here
