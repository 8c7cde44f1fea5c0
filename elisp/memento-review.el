;;; memento-review.el --- Remarks on code, for assistants to work off  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; What the commands of the review share: options and faces, how a remark is described, visited and changed.  The commands
;; themselves are in files of their own:
;;
;; - memento-review-capture.el: write a remark about the line or region at point
;; - memento-review-log.el: the log, an org file, as a buffer
;; - memento-review-list.el: the remarks as a table
;; - memento-review-mode.el: the remarks in the margin of the code

;;; Code:

(require 'memento-module)
(require 'memento-visit)
(require 'seq)

(declare-function memento-core-review-list "ext:memento-core")
(declare-function memento-core-review-locate "ext:memento-core")
(declare-function memento-core-review-show "ext:memento-core")
(declare-function memento-core-review-prompt "ext:memento-core")
(declare-function memento-core-review-categories "ext:memento-core")
(declare-function memento-core-project "ext:memento-core")

;;;; Customization

(defgroup memento-review nil
  "Remarks on code, for assistants to work off."
  :group 'memento
  :prefix "memento-review-")

(defcustom memento-review-changed-hook nil
  "Hook run after the review log changed, by this Emacs or by another program."
  :type 'hook)

(defface memento-review-todo '((t :inherit font-lock-warning-face))
  "Face of the state of an open remark.")

(defface memento-review-done '((t :inherit shadow))
  "Face of the state of a closed remark.")

(defface memento-review-category '((t :inherit font-lock-type-face))
  "Face of a remark's category.")

(defface memento-review-project '((t :inherit font-lock-constant-face))
  "Face of a remark's project.")

(defface memento-review-age '((t :inherit shadow))
  "Face of a remark's age.")

(defface memento-review-mark '((t :inherit font-lock-warning-face))
  "Face of the mark beside a line with an open remark.")

(defface memento-review-mark-stale '((t :inherit shadow))
  "Face of the mark of a remark whose line is not there any more.")

;;;; Describing a remark

(defun memento--review-lines (entry)
  "Return the lines of ENTRY as text, \"12\" or \"12-20\"."
  (let ((line (plist-get entry :line))
        (end (plist-get entry :end-line)))
    (if (and end (/= end line)) (format "%d-%d" line end) (number-to-string line))))

(defun memento--review-name (entry)
  "Return a short name of ENTRY, \"cli.py:12\"."
  (concat (file-name-nondirectory (plist-get entry :path)) ":" (memento--review-lines entry)))

(defun memento--review-first-line (entry)
  "Return the first line of the comment of ENTRY."
  (let* ((comment (plist-get entry :comment))
         (end (string-search "\n" comment)))
    (if end (substring comment 0 end) comment)))

(defun memento--review-claimed-p (entry)
  "Return non-nil if ENTRY is held by a session now."
  (and (plist-get entry :session)
       (not (plist-get entry :done))
       (let ((until (plist-get entry :claimed-until)))
         (or (null until) (> until (float-time))))))

(defun memento--review-describe (entry)
  "Return the remark of ENTRY with what a person wants to know at its line."
  (concat
   (propertize "Remark" 'face 'memento-review-mark)
   (when-let ((category (plist-get entry :category)))
     (concat " " (propertize category 'face 'memento-review-category)))
   (when (memento--review-claimed-p entry)
     (format " (taken by %s)" (plist-get entry :session)))
   (when (eq (plist-get entry :status) 'stale) " (stale)")
   ": " (plist-get entry :comment)))

(defun memento--review-age (created now)
  "Return how long before NOW was CREATED, both in seconds, as text of 4 columns."
  (if (null created)
      "   -"
    (let ((seconds (max 0 (- now created))))
      (cond
       ((< seconds 3600) (format "%3dm" (/ seconds 60)))
       ((< seconds 86400) (format "%3dh" (/ seconds 3600)))
       ((< seconds (* 14 86400)) (format "%3dd" (/ seconds 86400)))
       ((< seconds (* 104 7 86400)) (format "%3dw" (/ seconds (* 7 86400))))
       (t (format "%3dy" (/ seconds (* 365 86400))))))))

;;;; Sessions, projects and categories

(defun memento--review-session ()
  "Return the session that this Emacs works as, the command line's own."
  (let ((value (lambda (name)
                 (let ((value (getenv name)))
                   ;; Empty is unset.
                   (and value (not (string-empty-p value)) value)))))
    (or (funcall value "MEMENTO_SESSION")
        (format "%s@%s" (or (funcall value "USER") (funcall value "LOGNAME") "user") (system-name)))))

(defvar-local memento--review-project-function nil
  "Function that returns the name of the project at point, or nil.
It is set in buffers that are about remarks.")

(defun memento--review-project ()
  "Return the name of the project that point is in."
  (or (and memento--review-project-function (funcall memento--review-project-function))
      (plist-get (memento--review-buffer-project) :project)))

(defun memento--review-buffer-project ()
  "Return the plist of the project that the current buffer belongs to."
  (let ((file (buffer-file-name (or (buffer-base-buffer) (current-buffer)))))
    (when (file-remote-p (or file default-directory))
      (user-error "This buffer is on another machine, and memento's projects are on this one"))
    (memento--call #'memento-core-project
                   (memento--text (or file (file-name-as-directory (expand-file-name default-directory)))))))

(defun memento--completion-table (category candidates)
  "Return a completion table of CANDIDATES, an alist of (NAME . ANNOTATION).
CATEGORY is what completion styles and annotations go by."
  (lambda (string predicate action)
    (if (eq action 'metadata)
        `(metadata (category . ,category)
                   (display-sort-function . identity)
                   (annotation-function
                    . ,(lambda (name)
                         (when-let ((note (cdr (assoc name candidates))))
                           (concat "  " note)))))
      (complete-with-action action candidates string predicate))))

(defvar memento--review-category-history nil
  "The categories that were chosen.")

(defconst memento--review-category-notes
  '(("correctness" . "it is wrong, or will be")
    ("architecture" . "it is in the wrong place or shape")
    ("security" . "it can be abused")
    ("performance" . "it is too slow or too big"))
  "What each category means.")

(defun memento--review-read-category (&optional current)
  "Read a category with completion and return it; \"\" stands for none.
CURRENT is the one that is set now."
  (let ((choices (mapcar (lambda (name) (cons name (cdr (assoc name memento--review-category-notes))))
                         (memento-core-review-categories))))
    (string-trim
     (completing-read (format "Category (empty for none%s): " (if current (concat ", now " current) ""))
                      (memento--completion-table 'memento-review-category choices)
                      ;; Categories of the person's own are allowed, typing errors are asked about.
                      nil 'confirm nil 'memento--review-category-history))))

(defun memento--review-count-by (key entries)
  "Return an alist of the values of KEY among ENTRIES with how many have each."
  (let (counts)
    (dolist (entry entries (sort counts (lambda (a b) (> (cdr a) (cdr b)))))
      (when-let ((value (plist-get entry key)))
        (setf (alist-get value counts 0 nil #'equal)
              (1+ (alist-get value counts 0 nil #'equal)))))))

(defun memento--review-read-value (prompt key entries default)
  "Read with PROMPT a value of KEY that occurs among ENTRIES; DEFAULT is offered.
Return nil for an empty answer without a default."
  (let* ((choices (mapcar (pcase-lambda (`(,value . ,count))
                            (cons value (format "%d remark%s" count (if (= count 1) "" "s"))))
                          (memento--review-count-by key entries)))
         (answer (completing-read
                  (format-prompt prompt default)
                  (memento--completion-table (intern (format "memento-review-%s" (substring (symbol-name key) 1)))
                                             choices)
                  nil nil nil nil default)))
    (and (not (string-empty-p answer)) answer)))

;;;; Visiting

(defun memento--review-overlay (entry)
  "Return the mark of ENTRY in the current buffer, or nil."
  (save-restriction
    (widen)
    (seq-find (lambda (overlay)
                (equal (plist-get (overlay-get overlay 'memento-review) :id) (plist-get entry :id)))
              (overlays-in (point-min) (point-max)))))

(defun memento--review-comparable-p (id)
  "Return non-nil if the log has what to compare the line of the remark ID with."
  ;; The list's entries do not have it.
  (let ((entry (memento--call #'memento-core-review-show id)))
    (or (plist-get entry :anchor) (plist-get entry :commit))))

(defun memento--review-visit (entry find)
  "Visit the line of ENTRY where it is now and say how sure that is.
FIND is called with the file, as `find-file' is."
  (let* ((place (memento--call #'memento-core-review-locate (plist-get entry :id)))
         (file (or (plist-get place :file) (plist-get entry :file)))
         (line (or (plist-get place :line) (plist-get entry :line)))
         (status (plist-get place :status)))
    (unless (file-exists-p file)
      (user-error "%s does not exist any more: the remark is stale" (abbreviate-file-name file)))
    (memento--follow-file file)
    (funcall find file)
    ;; In a buffer with unsaved changes the mark has moved along with its line; the file's line numbers have not.
    (memento--go-to
     (if-let ((mark (and (buffer-modified-p) (memento--review-overlay entry))))
         (overlay-start mark)
       (memento--line-position line)))
    (message "%s: %s"
             (pcase status
               ('exact "exact")
               ('moved (format "moved from line %d" (plist-get entry :line)))
               ;; As somebody wrote it by hand: there is a number, and nothing to compare.
               ((guard (not (memento--review-comparable-p (plist-get entry :id))))
                "stale: nothing tells whether this is still its line")
               (_ (format "stale, its line is gone; this was line %d" (plist-get entry :line))))
             (memento--review-first-line entry))))

;;;; The prompt

;;;###autoload
(defun memento-review-copy-prompt (project)
  "Copy the prompt that has an assistant work off the open remarks of PROJECT.
That is the project of the current buffer; with a prefix argument it is read."
  (interactive
   (list (memento--with-user-errors
           (if current-prefix-arg
               (memento--review-read-value
                "Project" :project (memento--call #'memento-core-review-list '(:state "todo")) nil)
             (memento--review-project)))))
  (memento--with-user-errors
    (let ((open (length (memento--call #'memento-core-review-list `(:state "todo" :project ,project)))))
      (when (= open 0)
        (user-error "No open remarks%s: there is nothing to ask an assistant for"
                    (if project (format " in project %s" project) "")))
      (kill-new (memento--call #'memento-core-review-prompt project))
      (message "Copied the prompt for %d open remark%s%s: paste it to an assistant"
               open (if (= open 1) "" "s") (if project (format " in %s" project) "")))))

(provide 'memento-review)
;;; memento-review.el ends here
