;;; memento-notes-mode-test.el --- Tests of the mode of notes  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-notes-test-helper)

(declare-function memento-core-notes-search "ext:memento-core")
(declare-function memento-core-notes-file-changed "ext:memento-core")

(defun memento-test-lighter ()
  "Return the lighter of the note."
  (memento--notes-access-update)
  ;; In batch no mode line is made.
  (substring-no-properties (eval (cadr memento--notes-lighter) t)))

(defun memento-test-found (query)
  "Return the number of hits of QUERY in the index as it is."
  (plist-get (memento--call #'memento-core-notes-search query 10) :total))

(ert-deftest memento-notes-mode-test-the-mark-follows-point-and-text ()
  (memento-test-with-notes
    (memento-test-visit-note "house.org" "Tiles")
    (memento-notes-mode 1)
    (should (equal (memento-test-lighter) " PUBLIC"))
    ;; A headline without an ID is cut out all the same.
    (search-forward "canary")
    (should (equal (memento-test-lighter) " private"))
    (search-forward "Nothing yet")
    (should (equal (memento-test-lighter) " PUBLIC"))
    (narrow-to-region (line-beginning-position) (line-end-position))
    (should (equal (memento-test-lighter) " PUBLIC"))
    (widen)
    (goto-char (point-min))
    (search-forward "PUBLIC")
    (replace-match "work")
    (should (equal (memento-test-lighter) " private"))
    (should (timerp memento--notes-mode-timer))
    (memento-notes-mode -1)
    (should-not memento--notes-mode-timer)
    (should-not (memq #'memento--notes-saved after-save-hook))))

(ert-deftest memento-notes-mode-test-publishing-shows-at-once ()
  (memento-test-with-notes
    (memento-test-visit-note "emacs.org")
    (memento-notes-mode 1)
    (should (eq memento--notes-access 'private))
    (memento-notes-publish)
    (should (eq (buffer-local-value 'memento--notes-access (get-buffer "emacs.org")) 'public))))

(ert-deftest memento-notes-mode-test-saving-updates-the-index ()
  (memento-test-with-notes
    (memento--notes-sync)
    (memento-test-visit-note "emacs.org")
    (memento-notes-mode 1)
    (goto-char (point-max))
    (insert "A zebra.\n")
    (should (= (memento-test-found "zebra") 0))
    (let* ((changed 0)
           (memento-notes-changed-hook (list (lambda () (setq changed (1+ changed))))))
      (save-buffer)
      (memento-test-wait (lambda () (= changed 1))))
    (should (= (memento-test-found "zebra") 1))
    (should-not (seq-find (lambda (process) (string-prefix-p "memento" (process-name process))) (process-list)))
    ;; A revert sets the major mode up anew.
    (revert-buffer t t)
    (should memento-notes-mode)
    (should (memq #'memento--notes-saved after-save-hook))))

(ert-deftest memento-notes-mode-test-trouble-does-not-keep-from-saving ()
  (memento-test-with-notes
    (memento-test-visit-note "emacs.org")
    (memento-notes-mode 1)
    (goto-char (point-max))
    (insert "More.\n")
    (let ((debug-on-error nil) told)
      (cl-letf (((symbol-function 'memento-core-notes-file-changed)
                 (lambda (&rest _) (signal 'memento-io '("the disk is full")))))
        (setq told (memento-test-messages (save-buffer))))
      (should (string-match-p "the disk is full" told)))
    (should-not (buffer-modified-p))
    (should-not (seq-find (lambda (process) (string-prefix-p "memento" (process-name process))) (process-list)))
    ;; Reported by the thread.
    (insert "More.\n")
    (let (told)
      (cl-letf (((symbol-function 'memento-core-notes-file-changed)
                 (lambda (_store _file process)
                   (funcall (process-filter process) process "(:event error :kind \"io\" :message \"full\")\n")))
                ((symbol-function 'message)
                 (lambda (format &rest arguments) (when format (push (apply #'format format arguments) told)))))
        (save-buffer))
      (should (member "The index did not follow: full" told)))))

(ert-deftest memento-notes-mode-test-the-global-mode-is-for-notes-alone ()
  (memento-test-with-notes
    (unwind-protect
        (progn
          (global-memento-notes-mode 1)
          (memento-test-visit-note "house.org")
          (should memento-notes-mode)
          (find-file (memento-test-write "elsewhere.org" "* A\n"))
          (should-not (bound-and-true-p memento-notes-mode))
          (find-file (memento-test-write ".roam/a.txt"))
          (should-not (bound-and-true-p memento-notes-mode))
          ;; A file that is visited opens, whatever is wrong.
          (setq memento--store nil)
          (cl-letf (((symbol-function 'memento-core-store-open) (lambda (&rest _) (signal 'memento-io '("broken")))))
            (let ((debug-on-error nil))
              (memento-test-visit-note "garden.org")))
          (should (equal (buffer-name) "garden.org"))
          (should-not (bound-and-true-p memento-notes-mode)))
      (global-memento-notes-mode -1)))
  (with-temp-buffer
    (memento-test-should-refuse "visits no Org file" (memento-notes-mode 1))
    (should-not memento-notes-mode)))

(ert-deftest memento-notes-mode-test-loading-does-nothing ()
  (should (equal (with-temp-buffer
                   (call-process (expand-file-name invocation-name invocation-directory) nil t nil
                                 "-Q" "--batch" "-L" memento--directory
                                 "-l" "memento" "-l" "memento-notes-search" "-l" "memento-notes-backlinks"
                                 "-l" "memento-notes-mode" "-l" "memento-notes-tables" "-l" "memento-notes-publish"
                                 "--eval"
                                 "(princ (list (featurep 'memento-core) (featurep 'org) after-save-hook
                                               (seq-find (lambda (timer) (string-match-p \"memento\" (format \"%s\" timer)))
                                                         timer-idle-list)
                                               (assq 'memento-live completion-styles-alist)
                                               global-memento-notes-mode))")
                   (buffer-string))
                 "(nil nil nil nil nil nil)")))

;;; memento-notes-mode-test.el ends here
