;;; memento-prompts-filter.el --- Which prompts a list shows  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A list of prompts has a query, a plist as the module takes it, which its header line tells.  `f' and a key change one part
;; of it, `F' clears it.  `/' searches the text as one types.

;;; Code:

(require 'memento-prompts)
(require 'memento-review)
(require 'transient)

(declare-function memento-core-prompt-projects "ext:memento-core")
(declare-function memento-core-prompt-tags "ext:memento-core")
(declare-function memento-core-prompt-when "ext:memento-core")
(declare-function memento--prompts-list-fill "memento-prompts-list")

;;;; The query

(defvar-local memento--prompts-query nil
  "What the list shows, a plist as the module takes it.
Besides it has `:when', the dates as they were typed.")

(defvar-local memento--prompts-like nil
  "The prompt to which the list shows similar ones, or nil.")

(defun memento--prompts-set (&rest values)
  "Put the plist VALUES into the query, and fill the list again."
  (unless (derived-mode-p 'memento-prompts-list-mode)
    (user-error "Filters are for the list of prompts: M-x memento-prompts-list"))
  (when memento--prompts-like
    (user-error "This shows what is like one prompt, all of it; q leads back to the list"))
  (let ((before memento--prompts-query) filled)
    (setq memento--prompts-query (apply #'memento--query-with before values))
    (unwind-protect
        (memento--with-user-errors
          (memento--prompts-list-fill)
          (setq filled t))
      ;; A query that is refused would keep the list from being filled ever after.
      (unless filled
        (setq memento--prompts-query before)))))

(defconst memento--prompts-weekdays '("Monday" "Tuesday" "Wednesday" "Thursday" "Friday" "Saturday" "Sunday")
  "The days of the week.")

(defun memento--prompts-rating-name (query)
  "Return the part of QUERY about the rating in words, or nil."
  (let ((min (plist-get query :min-rating))
        (max (plist-get query :max-rating))
        (star (memento--glyph "★" "*")))
    (cond
     ((and min max) (if (= min max) (format "%s%d" star min) (format "%s%d-%d" star min max)))
     (min (if (= min 5) (format "%s5" star) (format "%s%d or better" star min)))
     (max (format "%s%d or less" star max))
     ((equal (plist-get query :rated) "yes") "rated")
     ((equal (plist-get query :rated) "no") "not rated"))))

(defun memento--prompts-query-names (query)
  "Return the parts of QUERY in words."
  (delq nil
        (list
         (and (plist-get query :text) (format "“%s”" (plist-get query :text)))
         (and (plist-get query :project)
              (concat "project " (memento--prompts-project-name (plist-get query :project))))
         (and (plist-get query :session)
              (concat "session " (truncate-string-to-width (plist-get query :session) 8)))
         (plist-get query :when)
         (and (plist-get query :weekday) (concat (nth (plist-get query :weekday) memento--prompts-weekdays) "s"))
         (and (plist-get query :hour) (format "%02d:00 to %02d:59" (plist-get query :hour) (plist-get query :hour)))
         (memento--prompts-rating-name query)
         (pcase (plist-get query :note) ("yes" "with a note") ("no" "without a note"))
         (and (plist-get query :tag) (concat "tag " (plist-get query :tag)))
         (and (plist-get query :secrets) "with a key or token")
         (and (plist-get query :commands) "slash commands too")
         (pcase (plist-get query :order)
           ("oldest" "the oldest first") ("rating" "the best first") ("length" "the longest first")))))

;;;; Filters

(defun memento--prompts-default (key)
  "Return what the prompt at point has for KEY, or nil."
  (ignore-errors (plist-get (car (memento--prompts-here)) key)))

(defun memento-prompts-filter-project (project)
  "Show the prompts of PROJECT alone, of all if it is nil."
  (interactive
   (list (memento--with-user-errors
           (memento--read-choice
            "Project"
            (mapcar (lambda (project)
                      (cons (plist-get project :project) (memento--count (plist-get project :prompts) "prompt")))
                    (seq-remove (lambda (project) (string-empty-p (plist-get project :project)))
                                (memento--call #'memento-core-prompt-projects)))
            (memento--prompts-default :project)))))
  (memento--prompts-set :project project))

(defun memento-prompts-filter-session (session)
  "Show the prompts of SESSION alone, by default that of the prompt at point."
  (interactive (list (let ((default (memento--prompts-default :session)))
                       (memento--read-choice "Session (or how it starts)"
                                              (and default (list (cons default "here"))) default))))
  (memento--prompts-set :session session))

(defconst memento--prompts-dates
  '("today" "yesterday" "this week" "last week" "this month" "last month" "7d" "30d" "1y")
  "Dates that are offered.")

(defun memento-prompts-filter-date (date)
  "Show the prompts of DATE alone, such as \"yesterday\", \"3d\" or \"2025-10\".
Of nil show those of all time."
  (interactive
   (list (memento--read-choice "Date (2025-10-02, yesterday, last week, 3d)"
                                (mapcar #'list memento--prompts-dates) nil)))
  (memento--with-user-errors
    (let ((span (and date (memento-core-prompt-when date))))
      (memento--prompts-set :when date :since (plist-get span :from) :until (plist-get span :to)))))

(defun memento-prompts-filter-rating (answer)
  "Show prompts by rating: ANSWER is \"4\" (or better), \"=2\", \"rated\", \"none\"."
  (interactive
   (list (memento--read-choice "Rating" '(("5" . "the best") ("4" . "4 or better") ("3" . "3 or better")
                                           ("=2" . "2 alone") ("=1" . "1 alone") ("rated" . "any rating")
                                           ("none" . "not rated"))
                                nil)))
  (pcase answer
    ('nil (memento--prompts-set :min-rating nil :max-rating nil :rated nil))
    ("rated" (memento--prompts-set :min-rating nil :max-rating nil :rated "yes"))
    ("none" (memento--prompts-set :min-rating nil :max-rating nil :rated "no"))
    ((rx bos (? "=") (any "1-5") eos)
     (let* ((only (string-prefix-p "=" answer))
            (rating (string-to-number (string-remove-prefix "=" answer))))
       (memento--prompts-set :min-rating rating :max-rating (and only rating) :rated nil)))
    (_ (user-error "%s is no rating: give 1 to 5, =1 to =5, rated or none" answer))))

(defun memento-prompts-filter-note ()
  "Show the prompts with a note alone, then those without, then all."
  (interactive)
  (memento--prompts-set :note (pcase (plist-get memento--prompts-query :note) ('nil "yes") ("yes" "no"))))

(defun memento-prompts-filter-tag (tag)
  "Show the prompts with TAG alone, all if it is nil."
  (interactive
   (list (memento--with-user-errors
           (memento--read-choice
            "Tag"
            (mapcar (lambda (tag) (cons (plist-get tag :tag) (memento--count (plist-get tag :prompts) "prompt")))
                    (memento--call #'memento-core-prompt-tags))
            (car (memento--prompts-default :tags))))))
  (memento--prompts-set :tag tag))

(defun memento-prompts-filter-commands ()
  "Show slash commands too, or no more."
  (interactive)
  (memento--prompts-set :commands (not (plist-get memento--prompts-query :commands))))

(defun memento-prompts-filter-secrets ()
  "Show alone the prompts that seem to hold a key or token, or all."
  (interactive)
  (memento--prompts-set :secrets (not (plist-get memento--prompts-query :secrets))))

(defun memento-prompts-order ()
  "Show the newest first, then the oldest, the best rated, the longest."
  (interactive)
  (memento--prompts-set :order (pcase (plist-get memento--prompts-query :order)
                                 ('nil "oldest") ("oldest" "rating") ("rating" "length")))
  ;; Point stays at its prompt in other ways to fill the list; here the first ones are meant.
  (goto-char (point-min)))

(defun memento-prompts-filter-clear ()
  "Show all prompts."
  (interactive)
  (setq memento--prompts-query nil)
  (memento--prompts-set))

;;;###autoload (autoload 'memento-prompts-filter "memento-prompts-filter" nil t)
(transient-define-prefix memento-prompts-filter ()
  "Filters of the list of prompts."
  [["Show"
    ("p" "one project" memento-prompts-filter-project)
    ("s" "one session" memento-prompts-filter-session)
    ("d" "a date" memento-prompts-filter-date)]
   ["By what you said of them"
    ("r" "rating" memento-prompts-filter-rating)
    ("n" "with a note, without" memento-prompts-filter-note)
    ("t" "tag" memento-prompts-filter-tag)]
   ["And"
    ("c" "slash commands too" memento-prompts-filter-commands)
    ("k" "keys and tokens alone" memento-prompts-filter-secrets)
    ("o" "another order" memento-prompts-order)
    ("x" "clear all filters" memento-prompts-filter-clear)]])

;;;; Live search

(defvar memento--prompts-search-history nil
  "What was searched for among the prompts.")

(defconst memento--prompts-live-limit 100
  "How many prompts are shown while the search is typed.")

(defun memento-prompts-search ()
  "Search the text of the prompts as you type; the list follows.
All words must be there, the last may be the start of one; \"a phrase\" and
-without work too.  \\`RET' keeps what is shown, \\`C-g' goes back to what was."
  (interactive)
  (unless (derived-mode-p 'memento-prompts-list-mode)
    (user-error "Search in the list of prompts: M-x memento-prompts-list"))
  (when memento--prompts-like
    (user-error "This shows what is like one prompt, all of it; q leads back to the list"))
  (memento--list-search "Search prompts: " 'memento--prompts-query 'memento--prompts-search-history
                        (lambda () (memento--prompts-list-fill memento--prompts-live-limit))
                        #'memento--prompts-list-fill #'memento--prompts-set))

(provide 'memento-prompts-filter)
;;; memento-prompts-filter.el ends here
