;;; memento-review-filter.el --- Which remarks the list is of  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The list of remarks is narrowed by state, project, category and text, with `memento-review-list-filter'.

;;; Code:

(require 'memento-review)
(require 'transient)

(declare-function memento-core-review-list "ext:memento-core")
(declare-function memento--review-list-refresh "memento-review-list")

;;;; Customization

(defcustom memento-review-list-state "todo"
  "The remarks that the list shows at first."
  :group 'memento-review
  :type '(choice (const :tag "Open ones" "todo") (const :tag "Closed ones" "done") (const :tag "All" "all")))

;;;; The remarks

(defvar-local memento--review-list-filter nil
  "What the list is narrowed to: a plist of :state, :project, :category, :text.")

(defvar-local memento--review-list-total 0
  "How many remarks there are before narrowing to a category or a text.")

(defvar memento--review-list-text-history nil
  "The texts that the list was narrowed to.")

(defun memento--review-list-entries ()
  "Return the remarks that pass the filter."
  (let* ((filter memento--review-list-filter)
         (category (plist-get filter :category))
         (text (plist-get filter :text))
         (entries (memento--call #'memento-core-review-list
                                 ;; Without what no column shows; a command that needs that asks for it by ID.
                                 (list :state (plist-get filter :state) :project (plist-get filter :project)
                                       :brief t))))
    (setq memento--review-list-total (length entries))
    (when category
      (setq entries (seq-filter (lambda (entry) (equal (or (plist-get entry :category) "-") category)) entries)))
    (when text
      (let ((regexp (regexp-quote text))
            (case-fold-search t))
        (setq entries (seq-filter (lambda (entry)
                                    (or (string-match-p regexp (plist-get entry :comment))
                                        (string-match-p regexp (plist-get entry :path))))
                                  entries))))
    entries))

(defun memento--review-list-describe-filter ()
  "Return the filter as text."
  (let ((filter memento--review-list-filter))
    (string-join
     (delq nil
           (list (pcase (plist-get filter :state) ("todo" "open") ("done" "closed") (_ "all"))
                 (when-let ((project (plist-get filter :project))) (concat "project " project))
                 (when-let ((category (plist-get filter :category)))
                   (if (equal category "-") "no category" category))
                 (when-let ((text (plist-get filter :text))) (format "“%s”" text))))
     ", ")))

;;;; Commands

(defun memento--review-list-check ()
  "Return t in the list of remarks; signal a `user-error' elsewhere."
  (or (derived-mode-p 'memento-review-list-mode)
      (user-error "This is not the list of remarks: M-x memento-review-list shows it"))
  t)

(defun memento--review-list-narrow (key value)
  "Set KEY of the filter to VALUE and show the result."
  (memento--review-list-check)
  (setq memento--review-list-filter
        ;; Without the key where there is no value, so that a filter that was cleared equals one that never was set.
        (mapcan (lambda (name)
                  (let ((set (if (eq name key) value (plist-get memento--review-list-filter name))))
                    (and set (list name set))))
                '(:state :project :category :text)))
  (memento--review-list-refresh))

(defun memento-review-list-filter-state (state)
  "Show the remarks of STATE: \"todo\", \"done\" or \"all\"."
  (interactive
   (list (completing-read (format-prompt "State" "todo")
                          (memento--completion-table
                           'memento-review-state
                           '(("todo" . "open remarks") ("done" . "closed ones") ("all" . "both")))
                          nil t nil nil "todo")))
  (memento--review-list-narrow :state state))

(defun memento-review-list-filter-project (project)
  "Show the remarks of PROJECT alone, of all projects if it is nil."
  (interactive
   (list (memento--with-user-errors
           (memento--review-read-value
            "Project" :project
            (memento--call #'memento-core-review-list
                           (list :state (plist-get memento--review-list-filter :state) :brief t))
            (memento--review-project)))))
  (memento--review-list-narrow :project project))

(defun memento-review-list-filter-category (category)
  "Show the remarks of CATEGORY alone.
If it is \"-\" show those without a category, if nil all."
  (interactive
   (list (memento--with-user-errors
           (memento--review-read-value
            "Category (- for none, empty for all)" :category
            (memento--call #'memento-core-review-list
                           (list :state (plist-get memento--review-list-filter :state) :brief t))
            nil))))
  (memento--review-list-narrow :category category))

(defun memento-review-list-filter-text (text)
  "Show the remarks with TEXT in their comment or path, all if it is nil."
  (interactive
   (list (let ((text (string-trim (read-string "Text (empty for all): " nil 'memento--review-list-text-history))))
           (and (not (string-empty-p text)) text))))
  (memento--review-list-narrow :text text))

(defun memento-review-list-filter-clear ()
  "Show the remarks that the list began with."
  (interactive)
  (setq memento--review-list-filter (list :state memento-review-list-state))
  (memento--review-list-refresh))

;;;###autoload (autoload 'memento-review-list-filter "memento-review-filter" nil t)
(transient-define-prefix memento-review-list-filter ()
  "Narrow the list of remarks."
  ["Show remarks by"
   ("s" "state" memento-review-list-filter-state)
   ("p" "project" memento-review-list-filter-project)
   ("c" "category" memento-review-list-filter-category)
   ("t" "text" memento-review-list-filter-text)
   ("/" "open ones, no other filter" memento-review-list-filter-clear)])

(provide 'memento-review-filter)
;;; memento-review-filter.el ends here
