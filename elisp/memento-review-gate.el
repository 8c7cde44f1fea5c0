;;; memento-review-gate.el --- Close a remark when the tests pass  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The module runs the project's tests in a thread of its own and reports through a pipe, one Lisp plist a line.  Emacs goes
;; on meanwhile; a failure shows a buffer with what the tests said.

;;; Code:

(require 'memento-review-log)
(require 'ansi-color)
(require 'compile)

(declare-function memento-core-project "ext:memento-core")
(declare-function memento-core-review-show "ext:memento-core")
(declare-function memento-core-review-release "ext:memento-core")
(declare-function memento-core-review-done "ext:memento-core")
(declare-function memento--evil-tests "memento-evil")

(defvar memento--review-gates nil
  "The remarks whose tests run, an alist of (ID . PROCESS).")

(define-derived-mode memento-review-tests-mode compilation-mode "Tests"
  "Mode of the buffer that shows why a remark could not be closed.

\\{memento-review-tests-mode-map}"
  (setq-local compilation-error-screen-columns nil)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-tests)))

(defconst memento--gate-mode-line '(:eval (memento--gate-mode-line))
  "The part of the mode line about remarks at the gate.")

(defun memento--gate-mode-line ()
  "Return the names of the remarks that are being tested, as text."
  (and memento--review-gates
       (format " Testing:%s " (mapconcat (lambda (gate) (process-get (cdr gate) :name))
                                         memento--review-gates ","))))

(defun memento--gate-begin (id process)
  "Remember PROCESS, which is to close the remark ID, and show that."
  (push (cons id process) memento--review-gates)
  ;; Beside what others show there; it starts with "" so that it is no condition.
  (unless global-mode-string
    (setq global-mode-string '("")))
  (add-to-list 'global-mode-string memento--gate-mode-line t)
  (force-mode-line-update t))

(defvar memento--gate-told nil
  "What was last shown of the progress of tests, or nil.")

(defun memento--gate-tell (process line)
  "Show in the echo area that PROCESS is testing, and the LINE that came last.
Do not where another command shows or asks something."
  (let ((text (truncate-string-to-width
               (format "Testing before closing %s … %d s: %s" (process-get process :name)
                       (- (float-time) (process-get process :begun)) line)
               (1- (window-width (minibuffer-window))) nil nil "…"))
        (shown (current-message)))
    (unless (or (active-minibuffer-window)
                cursor-in-echo-area
                (and shown (not (equal shown memento--gate-told))))
      (setq memento--gate-told text)
      (let ((message-log-max nil))
        (message "%s" text)))))

(defun memento--gate-progress (process output)
  "Show the last line of OUTPUT, which PROCESS reported, at most once a second."
  (let ((lines (split-string (ansi-color-filter-apply output) "[[:cntrl:]]+" t "[ \t]+"))
        (now (float-time)))
    (when (and lines (>= (- now (process-get process :shown)) 1))
      (process-put process :shown now)
      (memento--gate-tell process (car (last lines))))))

(defun memento--gate-end (process)
  "Forget PROCESS, which has ended."
  (setq memento--review-gates (rassq-delete-all process memento--review-gates))
  (unless memento--review-gates
    (setq global-mode-string (delete memento--gate-mode-line global-mode-string)))
  (force-mode-line-update t)
  (delete-process process))

(defun memento--gate-release (process)
  "Give back the remark that PROCESS took, if nobody had it before.
Otherwise no assistant could fix what the tests found until the lease expires."
  (with-demoted-errors "memento: %S"
    (let* ((id (process-get process :id))
           (entry (memento--call #'memento-core-review-show id)))
      (if (and (not (process-get process :held))
               (equal (plist-get entry :session) (memento--review-session)))
          (memento--review-change #'memento-core-review-release id)
        (memento--review-changed)))))

(defun memento--gate-show (process title output log)
  "Show why PROCESS failed: TITLE, OUTPUT and the name of the file LOG."
  (let ((root (process-get process :root)))
    (with-current-buffer (get-buffer-create "*memento tests*")
      (let ((inhibit-read-only t))
        (erase-buffer)
        (setq default-directory root)
        (memento-review-tests-mode)
        (insert title "\n")
        (when log
          (insert "The whole output: " (abbreviate-file-name log) "\n"))
        (insert "\n" (ansi-color-apply (or output "")))
        ;; In a header line a percent sign starts a construct.
        (setq header-line-format (string-replace "%" "%%" (concat " " title))))
      ;; What failed is said last.
      (when-let ((window (display-buffer (current-buffer))))
        (with-selected-window window
          (goto-char (point-max))
          (recenter -1))))))

(defun memento--gate-unlock (name message)
  "Save the unsaved edits of the log, for which the gate of NAME waits.
They were made while the tests ran.  Where this Emacs has none, show MESSAGE."
  (condition-case err
      (let ((buffer (memento--review-log-buffer)))
        (cond
         ((and buffer (buffer-modified-p buffer))
          (memento--review-log-save)
          (message "Saved %s to close %s" (buffer-name buffer) name))
         (t (message "%s waits: %s" name message))))
    (error (message "%s waits: %s" name (error-message-string err)))))

(defun memento--gate-event (process event)
  "Act on EVENT, a plist that PROCESS reported."
  (let ((name (process-get process :name)))
    (pcase (plist-get event :event)
      ('output
       (memento--gate-progress process (plist-get event :text)))
      ('waiting
       (memento--gate-unlock name (plist-get event :message)))
      ('done
       (memento--gate-end process)
       (memento--review-changed)
       (message "Closed %s%s" name
                (let ((tested (plist-get (plist-get event :entry) :tested)))
                  (if tested (concat ": " tested) ""))))
      ('failed
       (memento--gate-end process)
       (memento--gate-release process)
       (memento--gate-show process
                           (format "%s stays open: %s" name (plist-get event :message))
                           (plist-get event :output) (plist-get event :log))
       (message "%s stays open: %s" name (plist-get event :message)))
      ('error
       (memento--gate-end process)
       (memento--gate-release process)
       (message "%s stays open: %s" name (plist-get event :message))))))

(defun memento--gate-sentinel (process _event)
  "Notice that PROCESS has ended; say so if it had not reported how."
  (when (rassq process memento--review-gates)
    (memento--gate-end process)
    (message "%s stays open: its tests ended without a report" (process-get process :name))))

(defun memento--review-close (entry reason)
  "Close ENTRY through the test gate in the background, or without for a REASON."
  (let ((id (plist-get entry :id))
        (name (memento--review-name entry)))
    (when (plist-get entry :done)
      (user-error "This remark is closed"))
    (when (assoc id memento--review-gates)
      (user-error "The tests for %s run already" name))
    (memento--review-log-save)
    (let* ((directory (file-name-directory (plist-get entry :file)))
           (process (memento--listen "memento-tests" #'memento--gate-event #'memento--gate-sentinel)))
      (process-put process :id id)
      (process-put process :name name)
      (process-put process :begun (float-time))
      (process-put process :shown (float-time))
      (process-put process :held (memento--review-claimed-p entry))
      (process-put process :root
                   (if (file-directory-p directory)
                       (file-name-as-directory
                        (plist-get (memento--call #'memento-core-project (plist-get entry :file)) :root))
                     default-directory))
      (condition-case err
          (memento--call #'memento-core-review-done id
                         (list :session (memento--review-session) :no-test reason) process)
        (error
         (delete-process process)
         (signal (car err) (cdr err))))
      (memento--gate-begin id process)
      (setq memento--gate-told
            (message (if reason "Closing %s without tests..." "Testing before closing %s...") name)))))

(provide 'memento-review-gate)
;;; memento-review-gate.el ends here
