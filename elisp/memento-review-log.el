;;; memento-review-log.el --- The review log as a buffer  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The log is an org file that people, assistants and this Emacs all write.  A buffer that visits it follows the file while
;; it has no changes of its own; changes of its own are saved before memento writes, and never overwritten.  C-c C-o on the
;; link of a remark goes to where its line is now.

;;; Code:

(require 'memento-review)
(require 'autorevert)
(require 'filenotify)

(defvar org-link-frame-setup)
(defvar org-link-bracket-re)
(declare-function org-back-to-heading "org")
(declare-function org-before-first-heading-p "org")
(declare-function org-entry-get "org")
(declare-function org-in-regexp "org-macs")
(declare-function org-show-context "org")
(declare-function org-fold-show-context "org-fold")
(defvar memento-review-log-mode)
(declare-function memento-core-review-show "ext:memento-core")
(declare-function memento-core-review-list "ext:memento-core")

;;;; Finding

(defun memento--review-log-file ()
  "Return the file of the review log."
  (plist-get (memento--store) :review-log))

(defun memento--review-log-buffer ()
  "Return the buffer that visits the log, or nil; let it follow the file."
  (when-let ((buffer (find-buffer-visiting (memento--review-log-file))))
    (with-current-buffer buffer
      (unless memento-review-log-mode
        (memento-review-log-mode 1)))
    buffer))

(defun memento--review-log-adopt ()
  "Turn on `memento-review-log-mode' if the current buffer visits the log."
  (when (and buffer-file-name
             memento--store
             (not (file-remote-p buffer-file-name))
             (let ((log (plist-get (cddr memento--store) :review-log)))
               (or (equal buffer-file-name log)
                   (equal buffer-file-truename (abbreviate-file-name (file-truename log))))))
    (memento-review-log-mode 1)))

(defun memento--review-log-begin ()
  "Adopt the log's buffer, now and whenever the log is visited, and watch the file."
  (add-hook 'find-file-hook #'memento--review-log-adopt)
  (memento--review-log-buffer)
  (memento--review-log-watch))

;;;; Other writers

(defvar memento--review-log-watch nil
  "The watch of the log, (FILE . DESCRIPTOR), or nil.")

(defvar memento--review-log-seen nil
  "The time of the log's last change that is shown already.")

(defvar memento--review-log-timer nil
  "The timer that will show what others changed, or nil.")

(defun memento--review-log-time ()
  "Return the time of the log's last change, or nil."
  (file-attribute-modification-time (file-attributes (memento--review-log-file))))

(defun memento--review-log-watch ()
  "Watch the log, so that the list and the code show what assistants do.
Where files cannot be watched, they follow when they are refreshed."
  (let ((file (memento--review-log-file)))
    (unless (and (equal file (car memento--review-log-watch))
                 (file-notify-valid-p (cdr memento--review-log-watch)))
      (when memento--review-log-watch
        (file-notify-rm-watch (cdr memento--review-log-watch)))
      (setq memento--review-log-watch
            (ignore-errors
              ;; The directory, because each write puts another file in the log's place.
              (cons file (file-notify-add-watch (file-name-directory (file-truename file)) '(change)
                                                #'memento--review-log-notice)))))))

(defun memento--review-log-notice (event)
  "Notice EVENT in the directory of the log."
  (pcase-let ((`(,_ ,action ,file . ,more) event))
    (when (and (memq action '(created changed renamed deleted))
               (null memento--review-log-timer)
               (let ((name (file-name-nondirectory (file-truename (memento--review-log-file)))))
                 (seq-find (lambda (file) (and (stringp file) (equal (file-name-nondirectory file) name)))
                           (cons file more))))
      ;; Writers come in bursts.
      (setq memento--review-log-timer (run-with-timer 0.2 nil #'memento--review-log-catch-up)))))

(defun memento--review-log-catch-up ()
  "Show what others changed in the log."
  (setq memento--review-log-timer nil)
  (unless (equal memento--review-log-seen (memento--review-log-time))
    (memento--review-changed)))

;;;; Both directions

(defun memento--review-log-save ()
  "Save the log's buffer if it is modified.
Signal a `user-error' and do nothing where the file has changed too."
  (when-let ((buffer (memento--review-log-buffer)))
    (with-current-buffer buffer
      (when (buffer-modified-p)
        (unless (verify-visited-file-modtime)
          (user-error "%s has unsaved changes and changed on disk too: %s" (buffer-name)
                      "compare with M-x diff-buffer-with-file, save or revert it, then try again"))
        (save-restriction
          (widen)
          (let ((save-silently t)) (save-buffer)))
        (when (buffer-modified-p)
          (user-error "%s could not be saved: nothing was done" (buffer-name)))))))

(defun memento--review-log-follow ()
  "Read the log again in its buffer if it changed and the buffer did not."
  (when-let ((buffer (memento--review-log-buffer)))
    (with-current-buffer buffer
      (unless (or (buffer-modified-p)
                  (verify-visited-file-modtime)
                  (not (file-exists-p buffer-file-name)))
        (let ((inhibit-message t)) (revert-buffer t t t))))))

(defun memento--review-change (function &rest arguments)
  "Call FUNCTION of the module with ARGUMENTS to change the log; return its result.
Unsaved changes of the log's buffer are saved first, and afterwards the buffer
follows the file."
  (memento--review-log-save)
  (prog1 (apply #'memento--call function arguments)
    (memento--review-changed)))

(defun memento--review-changed ()
  "Bring up to date whatever is made from the log."
  (with-demoted-errors "memento: %S"
    (setq memento--review-log-seen (memento--review-log-time))
    (memento--review-log-follow)
    (run-hooks 'memento-review-changed-hook)))

(defun memento--review-log-lock (protect)
  "Lock unsaved edits of this buffer, beside the file if PROTECT is non-nil.
There assistants' processes look for the lock; otherwise it is as the person
has set it."
  ;; Under the name that it has now.
  (unlock-buffer)
  (cond
   (protect
    ;; Also where the person has turned locks off, or keeps them elsewhere.
    (setq-local create-lockfiles t)
    (setq-local lock-file-name-transforms nil))
   (t
    (kill-local-variable 'create-lockfiles)
    (kill-local-variable 'lock-file-name-transforms)))
  ;; Of a file that changed too Emacs would ask here, before the person has done anything.
  (when (verify-visited-file-modtime)
    (ignore-error file-locked
      (lock-buffer))))

;;;###autoload
(define-minor-mode memento-review-log-mode
  "Follow the review log in the buffer that visits it.
While the buffer has no unsaved changes it follows the file, with point kept.
\\<org-mode-map>\\[org-open-at-point] on the link of a remark goes to where its line is now."
  :lighter nil
  (cond
   (memento-review-log-mode
    ;; Point, markers and folds stay at their text, not at their offset.
    (setq-local revert-buffer-insert-file-contents-function
                #'revert-buffer-insert-file-contents-delicately)
    (setq-local auto-revert-verbose nil)
    (memento--review-log-lock t)
    (setq memento--review-project-function #'memento--review-log-project)
    (add-hook 'org-open-at-point-functions #'memento--review-log-open-link nil t)
    (auto-revert-mode 1))
   (t
    (kill-local-variable 'revert-buffer-insert-file-contents-function)
    (kill-local-variable 'auto-revert-verbose)
    (memento--review-log-lock nil)
    (setq memento--review-project-function nil)
    (remove-hook 'org-open-at-point-functions #'memento--review-log-open-link t)
    (auto-revert-mode -1))))

;;;; Links

(defun memento--review-log-entry ()
  "Return the remark whose entry point is in, or nil."
  (unless (org-before-first-heading-p)
    (save-excursion
      (org-back-to-heading t)
      (if-let ((id (org-entry-get (point) "ID")))
          (ignore-error memento-not-found
            (memento--call #'memento-core-review-show id))
        ;; Written by hand and without an ID yet: known by its line, as long as that is the file's.
        (unless (buffer-modified-p)
          (let ((line (line-number-at-pos nil t)))
            (seq-find (lambda (entry) (eql (plist-get entry :log-line) line))
                      (memento--call #'memento-core-review-list '(:state "all")))))))))

(defun memento--review-log-project ()
  "Return the project of the remark at point, or nil."
  (and (derived-mode-p 'org-mode)
       (not (org-before-first-heading-p))
       (org-entry-get (point) "PROJECT")))

(defun memento--review-log-on-link-p ()
  "Return non-nil if point is on the link of a remark."
  (when-let ((link (and (save-excursion
                          (beginning-of-line)
                          (looking-at-p "\\*+ "))
                        (org-in-regexp org-link-bracket-re))))
    (save-excursion
      (goto-char (car link))
      (looking-at-p "\\[\\[file:"))))

(defun memento--review-log-open-link ()
  "Go to where the line of the remark at point is now; return t if there is one.
For `org-open-at-point-functions'."
  (when-let ((entry (and (memento--review-log-on-link-p) (memento--review-log-entry))))
    (memento--with-user-errors
      (memento--review-visit entry (or (cdr (assq 'file org-link-frame-setup)) #'find-file-other-window)))
    t))

;;;; Opening

(defun memento--review-newest (entries)
  "Return the newest of ENTRIES; of equally old ones the last."
  (let (newest)
    (dolist (entry entries newest)
      (when (or (null newest)
                (>= (or (plist-get entry :created) 0) (or (plist-get newest :created) 0)))
        (setq newest entry)))))

(defun memento--review-log-goto (entry)
  "Move to the headline of ENTRY in the current buffer, a log, and show it."
  (widen)
  (goto-char (point-min))
  (if (let ((case-fold-search t))
        (re-search-forward (format "^[ \t]*:ID:[ \t]+%s[ \t]*$" (regexp-quote (plist-get entry :id))) nil t))
      (org-back-to-heading t)
    (forward-line (1- (plist-get entry :log-line))))
  (if (fboundp 'org-fold-show-context)
      (org-fold-show-context 'tree)
    (with-suppressed-warnings ((obsolete org-show-context))
      (org-show-context 'tree))))

;;;###autoload
(defun memento-review-open ()
  "Open the review log, at the newest remark about the current project."
  (interactive)
  (memento--with-user-errors
    (let* ((file (memento--review-log-file))
           ;; A buffer of another machine has no project here: the newest remark of all will do.
           (project (ignore-error user-error (memento--review-project)))
           (entry (and (file-exists-p file)
                       (memento--review-newest
                        (memento--call #'memento-core-review-list `(:state "all" :project ,project))))))
      (unless (or (file-exists-p file) (find-buffer-visiting file))
        (user-error "The review log %s does not exist yet: M-x memento-review-comment on a line of code begins it"
                    (abbreviate-file-name file)))
      (find-file file)
      (memento--review-log-buffer)
      (if entry
          (memento--review-log-goto entry)
        (message "No remark %syet" (if project (format "about project %s " project) ""))))))

(add-hook 'memento-store-opened-hook #'memento--review-log-begin)

(provide 'memento-review-log)
;;; memento-review-log.el ends here
