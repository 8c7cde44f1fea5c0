;;; memento-cards-test-helper.el --- Cards for the tests  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-test-with-cards' gives a test a home, a clock that stands still, and a few cards.

;;; Code:

(require 'memento-test-helper)
(require 'memento-cards-quiz)
(require 'memento-cards-accept)
(require 'memento-cards-create)
(require 'memento-cards-exchange)
(require 'memento-cards-list)
(require 'memento-cards-show)
(require 'memento-cards-stats)

(declare-function memento-core-card-create "ext:memento-core")
(declare-function memento-core-card-list "ext:memento-core")
(declare-function memento-core-card-reviews "ext:memento-core")
(declare-function memento-core-card-show "ext:memento-core")

(defun memento-test-clock (time)
  "Let it be TIME, such as \"2026-01-05T09:00\"."
  (setenv "MEMENTO_NOW" time))

(defun memento-test-card (question &rest more)
  "Make a card with QUESTION and MORE, a plist; return it."
  (memento--call #'memento-core-card-create
                 (append (list :question question) more (list :answer (concat "The answer to " question)))))

(defun memento-test-card-again (card)
  "Return CARD as it is now."
  (memento--call #'memento-core-card-show (plist-get card :id)))

(defun memento-test-card-list (&rest query)
  "Return the cards of QUERY."
  (plist-get (memento--call #'memento-core-card-list query) :cards))

(defun memento-test-card-questions (&rest query)
  "Return the questions of the cards of QUERY."
  (mapcar (lambda (card) (plist-get card :question)) (apply #'memento-test-card-list query)))

(defmacro memento-test-with-card-home (&rest body)
  "Evaluate BODY in a home for cards without any, on the 5th of January 2026."
  (declare (indent 0) (debug t))
  `(memento-test-with-home
     ;; `setenv' changes a list in place.
     (let ((process-environment (copy-sequence process-environment))
           (memento--cards-undo nil)
           (memento--cards-abandoned nil)
           (memento--cards-search-history nil)
           (memento-cards-changed-hook memento-cards-changed-hook))
       (memento-test-clock "2026-01-05T09:00")
       ,@body)))

(defmacro memento-test-with-cards (&rest body)
  "Evaluate BODY with three cards, `one', `two' and `three', and a `draft'."
  (declare (indent 0) (debug t))
  `(memento-test-with-card-home
     (let* ((one (memento-test-card "One?" :project "shop" :tags '("first")))
            (two (memento-test-card "Two?" :project "shop" :tags '("second") :notes "Two notes"))
            (three (memento-test-card "Three?" :project "garden"))
            (draft (memento-test-card "Draft?" :project "shop" :state "draft")))
       (ignore one two three draft)
       ,@body)))

(defun memento-test-card-keys (&rest keys)
  "Do what KEYS do here, one after the other."
  (dolist (key keys)
    (let ((command (key-binding (kbd key)))
          (last-command-event (aref (kbd key) (1- (length (kbd key))))))
      (should (commandp command))
      (call-interactively command))))

(defun memento-test-shows (regexp)
  "Check that REGEXP is in the current buffer."
  (should (string-match-p regexp (buffer-substring-no-properties (point-min) (point-max)))))

(defun memento-test-shows-not (regexp)
  "Check that REGEXP is not in the current buffer."
  (should-not (string-match-p regexp (buffer-substring-no-properties (point-min) (point-max)))))

(provide 'memento-cards-test-helper)
;;; memento-cards-test-helper.el ends here
