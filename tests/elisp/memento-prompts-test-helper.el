;;; memento-prompts-test-helper.el --- Histories for the tests of the prompts  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-test-with-prompts' gives a test a home with a history of a few prompts, read into the library.

;;; Code:

(require 'memento-test-helper)
(require 'json)
(require 'memento-prompts-list)
(require 'memento-prompts-show)
(require 'memento-prompts-stats)
(require 'memento-prompts-template)
(require 'memento-prompts-timeline)

(declare-function memento-core-prompt-list "ext:memento-core")
(declare-function memento-core-prompt-show "ext:memento-core")

(defconst memento-test-prompts
  '(("2025-10-01 09:00" "shop" "s1" "Fix the parser of dates")
    ("2025-10-01 09:05" "shop" "s1" "/clear")
    ("2025-10-02 10:00" "shop" "s2" "Speed up the parser of tables, größer und größer")
    ("2025-10-02 10:30" "garden" "s3" "Explain the watering plan" "ten lines\nof a plan")
    ("2025-10-02 14:00" "garden" "s3" "Explain the watering plan once more 🌱\nand in two lines")
    ("2025-10-03 08:00" "shop" "s4" "Use the key AKIAIOSFODNN7EXAMPLE for the upload"))
  "The prompts of a test: when, project, session, text, and what was pasted.")

(defun memento-test-prompt-line (prompt)
  "Return the line of the history for PROMPT, one of `memento-test-prompts'."
  (pcase-let ((`(,time ,project ,session ,text ,pasted) prompt))
    (concat
     (json-encode
      (list (cons 'display text)
            (cons 'pastedContents
                  (if pasted (list (cons "1" (list '(id . 1) '(type . "text") (cons 'content pasted)))) (make-hash-table)))
            (cons 'timestamp (truncate (* 1000 (float-time (date-to-time (concat time ":00"))))))
            (cons 'project (expand-file-name (concat "src/" project) memento-test-home))
            (cons 'sessionId session)))
     "\n")))

(defun memento-test-prompt-history (&rest prompts)
  "Append PROMPTS to the history of the test."
  (let ((file (expand-file-name ".claude/history.jsonl" memento-test-home))
        (coding-system-for-write 'utf-8-unix))
    (make-directory (file-name-directory file) t)
    (write-region (mapconcat (lambda (prompt) (if (stringp prompt) prompt (memento-test-prompt-line prompt))) prompts "")
                  nil file t 'silent)))

(defun memento-test-prompt-sync ()
  "Read what is new in the history and wait for the end."
  (memento--prompts-sync nil)
  (memento-test-wait (lambda () (not (memento--prompts-sync-running-p)))))

(defmacro memento-test-with-prompt-home (&rest body)
  "Evaluate BODY in a home for prompts without any."
  (declare (indent 0) (debug t))
  `(memento-test-with-home
     (let ((process-environment
            (cons (concat "MEMENTO_CLAUDE_DIR=" (expand-file-name ".claude" memento-test-home)) process-environment))
           (memento--prompts-undo nil)
           (memento--prompts-search-history nil)
           (memento--prompts-tag-history nil)
           (memento--prompts-template-history nil))
         (unwind-protect
           (progn ,@body)
         (memento--prompts-sync-end)))))

(defmacro memento-test-with-prompts (&rest body)
  "Evaluate BODY in a home with `memento-test-prompts' in the library."
  (declare (indent 0) (debug t))
  `(memento-test-with-prompt-home
     (apply #'memento-test-prompt-history memento-test-prompts)
     (memento-test-prompt-sync)
     ,@body))

(defmacro memento-test-with-prompt-list (&rest body)
  "Evaluate BODY in the list of `memento-test-prompts'."
  (declare (indent 0) (debug t))
  `(memento-test-with-prompts
     (memento-prompts-list)
     (memento-test-wait (lambda () (not (memento--prompts-sync-running-p))))
     ,@body))

(defun memento-test-prompts-get (&rest query)
  "Return the prompts of QUERY."
  (plist-get (memento--call #'memento-core-prompt-list query) :prompts))

(defun memento-test-prompt (text)
  "Return the prompt that begins with TEXT."
  (seq-find (lambda (prompt) (string-prefix-p text (plist-get prompt :text)))
            (memento-test-prompts-get :commands t)))

(defun memento-test-prompt-key (key)
  "Do what KEY does here."
  (let ((command (key-binding (kbd key)))
        (last-command-event (aref (kbd key) (1- (length (kbd key))))))
    (should (commandp command))
    (call-interactively command)))

(provide 'memento-prompts-test-helper)
;;; memento-prompts-test-helper.el ends here
