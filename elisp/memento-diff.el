;;; memento-diff.el --- Judge what assistants changed  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; An assistant asks for a review of its changes; the person judges them hunk by hunk, and the assistant goes on from the
;; verdict.  Here is what the parts share, and `memento-diff-working-tree' for one's own changes.  The parts are in files of
;; their own:
;;
;; - memento-diff-watch.el: notices requests and counts them in the mode line
;; - memento-diff-list.el: the requests as a table
;; - memento-diff-review.el: the buffer in which one is judged

;;; Code:

(require 'memento-module)
(require 'memento-review)

(declare-function memento-core-diff-request "ext:memento-core")
(declare-function memento--diff-review "memento-diff-review")
(declare-function vc-git-revision-table "vc-git")

(autoload 'memento--diff-review "memento-diff-review")

;;;; Customization

(defgroup memento-diff nil
  "Judge what assistants changed."
  :group 'memento
  :prefix "memento-diff-")

(defcustom memento-diff-changed-hook nil
  "Hook run after a request came, or one of the open ones changed.
`memento-diff-watch-mode' runs it."
  :type 'hook)

;;;; Describing a request

(defun memento--diff-one-line (text)
  "Return TEXT on one line."
  (string-trim (replace-regexp-in-string "[[:cntrl:] ]+" " " text)))

(defun memento--diff-name (request)
  "Return a short name of REQUEST: who asks, and about which repository."
  (memento--diff-one-line
   (if (plist-get request :own)
       (format "your changes in %s" (plist-get request :project))
     (format "%s on %s" (plist-get request :session) (plist-get request :project)))))

(defun memento--diff-title (request)
  "Return the title of REQUEST on one line, with its round from the second on."
  (concat (memento--diff-one-line (plist-get request :title))
          (let ((round (plist-get request :round)))
            (if (> round 1) (format " (round %d)" round) ""))))

(defun memento--diff-waiting (requests)
  "Return those of REQUESTS that wait for the person; one's own do not."
  (seq-filter (lambda (request)
                (and (eq (plist-get request :state) 'waiting)
                     (not (plist-get request :own))))
              requests))

;;;; Opening one

(defun memento--diff-take (function id)
  "Call FUNCTION with ID, or with ID and t to take the request over.
Where another Emacs has the request, the person is asked."
  (condition-case err
      (funcall function id)
    (memento-conflict
     (if (y-or-n-p (format "%s.  Take it over? " (replace-regexp-in-string ": take it over.*" "" (cadr err))))
         (funcall function id t)
       (user-error "Left as it is")))))

(defun memento--diff-open (id)
  "Open the review of the request ID."
  (memento--diff-take #'memento--diff-review id))

;;;; One's own changes

(defun memento--diff-read-base (root)
  "Read a revision of the repository ROOT to compare with; nil stands for HEAD."
  (require 'vc-git)
  (let* ((default-directory root)
         (answer (completing-read (format-prompt "Compare the working tree with" "HEAD")
                                  (vc-git-revision-table nil) nil nil nil nil "HEAD")))
    (and (not (member answer '("" "HEAD"))) answer)))

(defun memento--diff-repository ()
  "Return the root of the repository that the current buffer belongs to."
  (let ((project (memento--review-buffer-project)))
    (unless (plist-get project :git)
      (user-error "%s is in no git repository" (abbreviate-file-name (or buffer-file-name default-directory))))
    (file-name-as-directory (plist-get project :root))))

(defun memento--diff-save-buffers (root)
  "Offer to save what is not saved of the repository ROOT: git sees files alone."
  (save-some-buffers nil (lambda ()
                           (and buffer-file-name
                                (not (file-remote-p buffer-file-name))
                                (file-in-directory-p buffer-file-name root)))))

(defun memento--diff-open-here-p (request)
  "Return non-nil if this Emacs, and not another one, has REQUEST open."
  ;; So the module calls it.
  (string-suffix-p (format ", Emacs %d" (emacs-pid)) (or (plist-get request :reviewer) "")))

(defun memento--diff-say-briefly (format &rest arguments)
  "Show FORMAT with ARGUMENTS while git works, which may take its time.
Nothing of it stays in the log of messages."
  (let ((message-log-max nil))
    (apply #'message format arguments)))

;;;###autoload
(defun memento-diff-working-tree (base)
  "Review what you changed in the repository of the current buffer.
It is compared with the revision BASE, by default HEAD; with a prefix
argument it is read.  No assistant sees this review."
  (interactive
   (list (memento--with-user-errors
           (and current-prefix-arg (memento--diff-read-base (memento--diff-repository))))))
  (memento--with-user-errors
    (let ((root (memento--diff-repository)))
      (memento--diff-save-buffers root)
      (memento--diff-say-briefly "Looking for what changed in %s..." (abbreviate-file-name root))
      (memento--diff-open
       (plist-get (memento--call #'memento-core-diff-request
                                 (list :directory (memento--text (directory-file-name root))
                                       :session (memento--text (memento--review-session))
                                       :base (and base (memento--text base))))
                  :id))
      (message nil))))

(provide 'memento-diff)
;;; memento-diff.el ends here
