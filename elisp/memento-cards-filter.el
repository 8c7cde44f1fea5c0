;;; memento-cards-filter.el --- Which cards a list shows  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The list of cards has a query, a plist as the module takes it, which its header line tells.  `f' and a key change one part
;; of it, `F' clears it.  `/' searches the texts as one types.

;;; Code:

(require 'memento-cards)
(require 'memento-prompts-filter)

(declare-function memento-core-card-tags "ext:memento-core")
(declare-function memento-core-card-today "ext:memento-core")
(declare-function memento--cards-list-fill "memento-cards-list")

;;;; The query

(defvar-local memento--cards-query nil
  "What the list shows, a plist as the module takes it.")

(defun memento--cards-set (&rest values)
  "Put the plist VALUES into the query, and fill the list again."
  (unless (derived-mode-p 'memento-cards-list-mode)
    (user-error "Filters are for the list of cards: M-x memento-cards-list"))
  (let ((before memento--cards-query) filled)
    (setq memento--cards-query (apply #'memento--query-with before values))
    (unwind-protect
        (memento--with-user-errors
          (memento--cards-list-fill)
          (setq filled t))
      ;; A query that is refused would keep the list from being filled ever after.
      (unless filled
        (setq memento--cards-query before)))))

(defun memento--cards-query-names (query)
  "Return the parts of QUERY in words."
  (append
   (and (plist-get query :text) (list (format "“%s”" (plist-get query :text))))
   (memento--cards-filter-names query)
   (delq nil
         (list
          (pcase (plist-get query :state)
            ("draft" "drafts") ("suspended" "suspended")
            ("active" (pcase (plist-get query :new) ("yes" "new") ("no" (and (not (plist-get query :due)) "learnt"))
                             (_ "active"))))
          (and (plist-get query :due) "due")
          (and (plist-get query :leech) "leeches")
          (and (plist-get query :deleted) "deleted")
          (pcase (plist-get query :order)
            ("oldest" "the oldest first") ("due" "what is due first") ("lapses" "the hardest first"))))))

;;;; Filters

(defun memento-cards-list-project (project)
  "List the cards of PROJECT alone; of all if it is nil."
  (interactive
   (list (memento--with-user-errors
           (let ((answer (memento--cards-read-project "Project (empty for all)" nil)))
             (and (not (string-empty-p answer)) (memento--text answer))))))
  (memento--cards-set :project project))

(defun memento-cards-list-tag (tag)
  "List the cards with TAG alone; all if it is nil."
  (interactive
   (list (memento--with-user-errors
           (memento--read-choice
            "Tag (empty for all)"
            (mapcar (lambda (tag) (cons (plist-get tag :tag) (memento--count (plist-get tag :cards) "card")))
                    (memento--call #'memento-core-card-tags))
            nil))))
  (memento--cards-set :tags (and tag (list tag))))

(defun memento-cards-list-algorithm (name)
  "List the cards of the algorithm NAME alone; all if it is nil."
  (interactive (list (memento--read-choice "Algorithm (empty for all)" memento--cards-algorithms nil)))
  (memento--cards-set :algorithm name))

(defconst memento--cards-states
  '(("due" . "to be asked today, or before") ("new" . "never asked") ("learnt" . "asked before")
    ("draft" . "not accepted yet") ("suspended" . "not asked") ("leech" . "suspended, for it was forgotten too often")
    ("deleted" . "to be brought back") ("any" . "all that are not deleted"))
  "The states that can be asked for.")

(defun memento-cards-list-state (state)
  "List the cards in STATE alone, one of `memento--cards-states'."
  (interactive
   (list (completing-read "State: " (memento--completion-table 'memento-cards-filter memento--cards-states) nil t)))
  (apply #'memento--cards-set
         (append
          (pcase state
            ("due" (list :state "active" :new "no" :due (memento--with-user-errors (memento--call #'memento-core-card-today))))
            ("new" '(:state "active" :new "yes" :due nil))
            ("learnt" '(:state "active" :new "no" :due nil))
            ("draft" '(:state "draft" :new nil :due nil))
            ((or "suspended" "leech") '(:state "suspended" :new nil :due nil))
            (_ '(:state nil :new nil :due nil)))
          (list :leech (equal state "leech") :deleted (equal state "deleted")))))

(defun memento-cards-list-order ()
  "List the newest first, then the oldest, what is due, the hardest."
  (interactive)
  (memento--cards-set :order (pcase (plist-get memento--cards-query :order)
                               ('nil "oldest") ("oldest" "due") ("due" "lapses")))
  (goto-char (point-min)))

(defun memento-cards-list-clear ()
  "List all cards."
  (interactive)
  (setq memento--cards-query nil)
  (memento--cards-set))

;;;###autoload (autoload 'memento-cards-list-filter "memento-cards-filter" nil t)
(transient-define-prefix memento-cards-list-filter ()
  "Filters of the list of cards."
  [["Show"
    ("p" "one project" memento-cards-list-project)
    ("t" "one tag" memento-cards-list-tag)
    ("s" "a state: due, new, drafts, ..." memento-cards-list-state)]
   ["And"
    ("a" "one algorithm" memento-cards-list-algorithm)
    ("o" "another order" memento-cards-list-order)
    ("x" "clear all filters" memento-cards-list-clear)]])

;;;; Live search

(defvar memento--cards-search-history nil
  "What was searched for among the cards.")

(defconst memento--cards-live-limit 100
  "How many cards are shown while the search is typed.")

(defun memento-cards-list-search ()
  "Search the texts of the cards as you type; the list follows.
All words must be there, the last may be the start of one; \"a phrase\" and
-without work too.  \\`RET' keeps what is shown, \\`C-g' goes back to what was."
  (interactive)
  (unless (derived-mode-p 'memento-cards-list-mode)
    (user-error "Search in the list of cards: M-x memento-cards-list"))
  (memento--list-search "Search cards: " 'memento--cards-query 'memento--cards-search-history
                        (lambda () (memento--cards-list-fill memento--cards-live-limit))
                        #'memento--cards-list-fill #'memento--cards-set))

(provide 'memento-cards-filter)
;;; memento-cards-filter.el ends here
