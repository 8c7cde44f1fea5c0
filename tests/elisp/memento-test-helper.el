;;; memento-test-helper.el --- A world of its own for each test  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-test-with-home' gives a test a home directory, an environment and a log of its own, so that no test can touch
;; a person's, and removes everything afterwards.

;;; Code:

(require 'ert)
(require 'cl-lib)
(require 'memento)
(require 'memento-review-capture)
(require 'memento-review-list)
(require 'memento-review-mode)

(declare-function memento-core-review-add "ext:memento-core")
(declare-function memento-core-review-list "ext:memento-core")
(declare-function memento-core-review-show "ext:memento-core")
(declare-function memento-core-review-edit "ext:memento-core")

(defvar memento-test-home nil
  "The home directory of the running test.")

(defvar memento-test-log nil
  "The review log of the running test.")

(defun memento-test-environment (home)
  "Return a `process-environment' whose every path is under HOME."
  (append (list (concat "HOME=" home)
                (concat "XDG_CONFIG_HOME=" home "/.config")
                (concat "XDG_DATA_HOME=" home "/.local/share")
                (concat "XDG_STATE_HOME=" home "/.local/state")
                (concat "XDG_CACHE_HOME=" home "/.cache")
                "MEMENTO_CONFIG" "MEMENTO_NOTES_DIR" "MEMENTO_REVIEW_LOG" "MEMENTO_DATA_DIR" "MEMENTO_SESSION"
                (concat "GIT_CONFIG_GLOBAL=" home "/.gitconfig")
                "GIT_CONFIG_SYSTEM=/dev/null"
                "GIT_AUTHOR_NAME=Ann" "GIT_AUTHOR_EMAIL=ann@example.org"
                "GIT_COMMITTER_NAME=Ann" "GIT_COMMITTER_EMAIL=ann@example.org"
                "GIT_DIR" "GIT_WORK_TREE" "GIT_INDEX_FILE"
                "LC_ALL=C.UTF-8")
          process-environment))

(defun memento-test--kill-buffers (before)
  "Kill the buffers that are not among BEFORE, without asking."
  (dolist (buffer (buffer-list))
    (unless (memq buffer before)
      (when (buffer-live-p buffer)
        (with-current-buffer buffer
          (set-buffer-modified-p nil)
          (let ((kill-buffer-hook nil)
                (kill-buffer-query-functions nil))
            (ignore-errors (kill-buffer buffer))))))))

(defmacro memento-test-with-home (&rest body)
  "Evaluate BODY in a new home directory; remove it and its buffers afterwards."
  (declare (indent 0) (debug t))
  `(let* ((memento-test-home (file-truename (make-temp-file "memento-home-" t)))
          (memento-test-log (expand-file-name "code_review.org" memento-test-home))
          (process-environment (memento-test-environment memento-test-home))
          (abbreviated-home-dir nil)
          (default-directory (file-name-as-directory memento-test-home))
          (buffers (buffer-list))
          (memento--store nil)
          (memento--review-log-watch nil)
          (memento--review-log-timer nil)
          (memento--review-log-seen nil)
          (memento--review-gates nil)
          (memento-review-capture-ring nil)
          (kill-ring nil)
          (make-backup-files nil)
          (vc-handled-backends '(Git))
          (save-abbrevs nil))
     (set-frame-size (selected-frame) 80 24)
     (delete-other-windows)
     (unwind-protect
         (save-current-buffer ,@body)
       (setq memento--review-list-text-history nil)
       (when memento--review-log-watch
         (file-notify-rm-watch (cdr memento--review-log-watch)))
       (when memento--review-log-timer
         (cancel-timer memento--review-log-timer))
       (delete-other-windows)
       (memento-test--kill-buffers buffers)
       (delete-directory memento-test-home t))))

(defun memento-test-write (name &optional text)
  "Write TEXT, by default 20 numbered lines, to the file NAME under the home.
Return the file's full name."
  (let ((file (expand-file-name name memento-test-home))
        (coding-system-for-write 'utf-8-unix))
    (make-directory (file-name-directory file) t)
    (write-region (or text (mapconcat (lambda (n) (format "line %d\n" n)) (number-sequence 1 20) ""))
                  nil file nil 'silent)
    file))

(defun memento-test-read (&optional file)
  "Return the text of FILE, by default the log."
  (with-temp-buffer
    (let ((coding-system-for-read 'utf-8-unix))
      (insert-file-contents (or file memento-test-log)))
    (buffer-string)))

(defun memento-test-git (directory &rest arguments)
  "Run git with ARGUMENTS in DIRECTORY; return what it printed."
  (let ((default-directory (file-name-as-directory directory)))
    (with-temp-buffer
      (unless (eq 0 (apply #'call-process "git" nil t nil arguments))
        (error "Git %s: %s" (string-join arguments " ") (buffer-string)))
      (string-trim (buffer-string)))))

(defun memento-test-repository (name)
  "Make a git repository NAME in the home directory with one commit of \"a.py\".
Return the full name of \"a.py\"."
  (let ((file (memento-test-write (concat name "/a.py"))))
    (memento-test-git (file-name-directory file) "init" "-q" "-b" "main")
    (memento-test-git (file-name-directory file) "add" "-A")
    (memento-test-git (file-name-directory file) "commit" "-q" "-m" "Begin")
    file))

(defun memento-test-goto-line (line)
  "Go to LINE of the whole buffer."
  (goto-char (point-min))
  (forward-line (1- line)))

(defun memento-test-add (file line comment &rest more)
  "Add a remark COMMENT about LINE of FILE behind Emacs's back; return its entry.
MORE are further properties of the remark."
  (memento--call #'memento-core-review-add
                 (append (list :file file :line line :comment comment) more)))

(defun memento-test-entries ()
  "Return all remarks of the log."
  (memento--call #'memento-core-review-list '(:state "all")))

(defun memento-test-entry ()
  "Return the only remark of the log."
  (let ((entries (memento-test-entries)))
    (should (= (length entries) 1))
    (car entries)))

(defun memento-test-capture (text &optional category)
  "Type TEXT into the capture buffer that is shown, with CATEGORY, and finish."
  (should (derived-mode-p 'memento-review-capture-mode))
  (insert text)
  (when category
    (memento-review-capture-category category))
  (memento-review-capture-finish))

(defun memento-test-entry-about (comment)
  "Return the remark whose comment is COMMENT."
  (seq-find (lambda (entry) (equal (plist-get entry :comment) comment)) (memento-test-entries)))

(defun memento-test-rows ()
  "Return the lines of the list, without properties."
  (split-string (buffer-substring-no-properties (point-min) (point-max)) "\n" t))

(defun memento-test-list-goto (text)
  "Go to the row with TEXT."
  (goto-char (point-min))
  (search-forward text)
  (forward-line 0))

(defmacro memento-test-with-list (&rest body)
  "Evaluate BODY in a list of three remarks of two projects.
The variables `a' and `b' are their files."
  (declare (indent 0) (debug t))
  `(memento-test-with-home
     (let ((a (memento-test-repository "alpha"))
           (b (memento-test-repository "beta")))
       (ignore a b)
       (memento-test-add a 3 "first\nand more" :category "security")
       (memento-test-add a 9 "second")
       (memento-test-add b 2 "third" :category "performance")
       (find-file a)
       (memento-review-list)
       ,@body)))

(defmacro memento-test-messages (&rest body)
  "Evaluate BODY and return the last message that it showed."
  (declare (indent 0) (debug t))
  `(let (told)
     (cl-letf (((symbol-function 'message)
                (lambda (format &rest arguments)
                  (when format
                    (setq told (apply #'format-message format arguments))))))
       ,@body)
     told))

(defmacro memento-test-should-refuse (regexp &rest body)
  "Check that BODY signals a `user-error' whose message matches REGEXP."
  (declare (indent 1) (debug t))
  `(let ((err (should-error (progn ,@body) :type 'user-error)))
     (should (string-match-p ,regexp (error-message-string err)))))

(defun memento-test-wait (condition &optional seconds)
  "Wait until CONDITION yields non-nil, at most SECONDS (10); return that."
  (let ((until (+ (float-time) (or seconds 10)))
        result)
    (while (and (not (setq result (funcall condition)))
                (< (float-time) until))
      (accept-process-output nil 0.01))
    (should result)
    result))

(defun memento-test-evil ()
  "Load evil or skip the test."
  (dolist (directory '("/usr/share/emacs/site-lisp/elpa-src" "/usr/share/emacs/site-lisp/elpa"))
    (when (file-directory-p directory)
      (dolist (package (directory-files directory t "\\`\\(?:evil\\|goto-chg\\)-[0-9]"))
        (add-to-list 'load-path package))))
  (unless (require 'evil nil t)
    (ert-skip "evil is not installed")))

(provide 'memento-test-helper)
;;; memento-test-helper.el ends here
