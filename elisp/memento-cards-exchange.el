;;; memento-cards-exchange.el --- Import and export of cards  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-cards-import' reads a file of cards, `memento-cards-export' writes one: JSON, JSON lines (the form in which two
;; machines share cards and answers), CSV, Org, and Anki's packages.

;;; Code:

(require 'memento-cards)

(declare-function memento-core-card-export "ext:memento-core")
(declare-function memento-core-card-import "ext:memento-core")

(defconst memento--cards-formats
  '(("jsonl" "jsonl" "cards and answers by lines, for another machine; git merges it")
    ("json" "json" "cards and answers, or the array that assistants write")
    ("anki" "apkg" "a package of Anki's, with the answers")
    ("org" "org" "a heading for each card")
    ("csv" "csv" "question, answer, notes, tags, project"))
  "The formats: (NAME EXTENSION ANNOTATION).")

(defun memento--cards-read-format (prompt)
  "Read with PROMPT one of `memento--cards-formats' and return its name."
  (completing-read prompt
                   (memento--completion-table
                    'memento-cards-format
                    (mapcar (pcase-lambda (`(,name ,extension ,note)) (cons name (format ".%s: %s" extension note)))
                            memento--cards-formats))
                   nil t nil nil (caar memento--cards-formats)))

;;;; Export

;;;###autoload
(defun memento-cards-export (file format &optional filter)
  "Write the cards to FILE in FORMAT: jsonl, json, anki, org or csv.
With a prefix argument, or in Lisp with FILTER, only those of one project, tag
or algorithm."
  (interactive
   (memento--with-user-errors
     (let* ((filter (and current-prefix-arg (memento--cards-read-filter "Export")))
            (format (memento--cards-read-format "Format: "))
            (name (format "%s.%s" (or (plist-get filter :project) (car (plist-get filter :tags)) "cards")
                          (nth 1 (assoc format memento--cards-formats)))))
       (list (read-file-name "Export to: " nil name nil name) format filter))))
  (let ((file (expand-file-name file)))
    (when (file-directory-p file)
      (user-error "%s is a directory: name a file" (abbreviate-file-name file)))
    (unless (file-directory-p (file-name-directory file))
      (user-error "There is no directory %s: make it first (M-x make-directory)"
                  (abbreviate-file-name (file-name-directory file))))
    (when (or (not (file-exists-p file))
              (y-or-n-p (format "Replace %s? " (abbreviate-file-name file))))
      (let ((done (memento--with-user-errors
                    (memento--cards-wait "Exporting cards" #'memento-core-card-export
                                         (append (list :file (memento--text file) :format format) filter)))))
        (message "Wrote %s to %s" (memento--count (plist-get done :cards) "card") (abbreviate-file-name file))))))

;;;; Import

(defun memento--cards-import-summary (imported)
  "Return in words what IMPORTED, a plist of the module, did."
  (let ((part (lambda (n text) (and (> n 0) (format "%s %s" (memento--number n) text)))))
    (string-join
     (or (delq nil
               (list (let ((n (plist-get imported :added))) (and (> n 0) (memento--count n "new card")))
                     (funcall part (plist-get imported :updated) "changed")
                     (funcall part (plist-get imported :deleted) "deleted")
                     (let ((n (plist-get imported :reviews))) (and (> n 0) (memento--count n "new answer")))
                     (funcall part (length (plist-get imported :duplicates)) "known already")
                     (funcall part (length (plist-get imported :bad)) "not good")
                     (funcall part (max 0 (- (plist-get imported :unchanged) (length (plist-get imported :duplicates))))
                              "as they were")))
         '("Nothing new"))
     ", ")))

(defun memento--cards-import-report (imported file)
  "Show what of FILE was not taken over, by IMPORTED, in a buffer, if anything."
  (let ((bad (plist-get imported :bad))
        (duplicates (plist-get imported :duplicates))
        (warnings (plist-get imported :warnings)))
    (when (or bad duplicates warnings)
      (with-current-buffer (get-buffer-create "*memento import*")
        (let ((inhibit-read-only t))
          (special-mode)
          (erase-buffer)
          (insert (abbreviate-file-name file) ": " (memento--cards-import-summary imported) "\n")
          (when bad
            (insert "\n" (propertize "Not good" 'face 'bold) "\n")
            (dolist (one bad)
              (insert (format "  index %d%s: %s\n" (plist-get one :index)
                              (if (plist-get one :line) (format ", line %d" (plist-get one :line)) "")
                              (plist-get one :reason)))))
          (when duplicates
            (insert "\n" (propertize "Known already" 'face 'bold) "\n")
            (dolist (one duplicates)
              (insert (format "  index %d%s: %s\n" (plist-get one :index)
                              (if (plist-get one :merged) ", merged" "")
                              (memento--one-line (plist-get one :question))))))
          (when warnings
            (insert "\n" (propertize "Not taken over" 'face 'bold) "\n")
            (dolist (warning warnings)
              (insert "  " warning "\n")))
          (goto-char (point-min))
          (set-buffer-modified-p nil)))
      (display-buffer "*memento import*"))))

(defun memento--cards-import-options ()
  "Ask how to import, and return a plist as the module takes it."
  (let ((choose (lambda (prompt choices)
                  (completing-read prompt (memento--completion-table 'memento-cards-filter choices)
                                   nil t nil nil (caar choices)))))
    (list
     :state (funcall choose "New cards are (active): " '(("active" . "learnt at once") ("draft" . "to be accepted first")))
     :on-duplicate (funcall choose "A question that is known (skip): "
                            '(("skip" . "leave the new card out") ("merge" . "add to the card that is there")
                              ("add" . "have both") ("refuse" . "import nothing")))
     :direction (let ((answer (funcall choose "Directions (as they are): "
                                       '(("as they are" . "question and answer") ("both" . "two cards each, for vocabulary")
                                         ("reverse" . "the answer is the question")))))
                  (and (not (equal answer "as they are")) answer))
     :partial (y-or-n-p "Import the good cards where others are not? "))))

;;;###autoload
(defun memento-cards-import (file format project &optional options)
  "Read cards from FILE in FORMAT, nil for that of its name.
Cards that name no project get PROJECT.  With a prefix argument, or in Lisp with
OPTIONS, a plist as the module takes it, more can be said: whether they are
drafts, what becomes of duplicates, directions."
  (interactive
   (memento--with-user-errors
     (let* ((file (read-file-name "Import cards from: " nil nil t))
            (extension (file-name-extension file))
            (known (member extension '("json" "jsonl" "ndjson" "csv" "tsv" "org" "apkg" "colpkg")))
            (format (and (not known) (memento--cards-read-format "Format: "))))
       (list file format
             ;; What comes from another machine knows its project.
             (and (not (member extension '("jsonl" "ndjson")))
                  (memento--cards-read-project "Project of cards that name none (empty for none)" nil))
             (and current-prefix-arg (memento--cards-import-options))))))
  (let* ((file (expand-file-name file))
         (done (memento--with-user-errors
                 (memento--cards-wait "Importing cards" #'memento-core-card-import
                                      (append (list :file (memento--text file) :format format
                                                    :project (and project (not (string-empty-p project))
                                                                  (memento--text project)))
                                              options))))
         (imported (plist-get done :imported)))
    (run-hooks 'memento-cards-changed-hook)
    (memento--cards-import-report imported file)
    (message "%s: %s%s" (file-name-nondirectory file) (memento--cards-import-summary imported)
             (if (> (plist-get imported :drafts) 0) "; M-x memento-cards-accept accepts the drafts" ""))))

(provide 'memento-cards-exchange)
;;; memento-cards-exchange.el ends here
