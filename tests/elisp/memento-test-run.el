;;; memento-test-run.el --- Run memento's ERT suites  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Loaded in batch with elisp/ and tests/elisp/ on the load path.  MEMENTO_MODULE names the module; MEMENTO_TEST, where it
;; is set, is a regexp of the tests to run.  The last line counts them, and the exit code is 1 where one failed.

;;; Code:

(setq load-prefer-newer t
      create-lockfiles t)

(defvar python-indent-guess-indent-offset)
(setq python-indent-guess-indent-offset nil)

(require 'memento-test-helper)

(mapc #'load (directory-files (file-name-directory load-file-name) t "-test\\.el\\'"))

(let* ((selector (or (getenv "MEMENTO_TEST") t))
       (stats (ert-run-tests-batch selector))
       (failed (ert-stats-completed-unexpected stats)))
  (dolist (test (append (ert--stats-tests stats) nil))
    (when (ert-test-skipped-p (ert-test-most-recent-result test))
      (princ (format "skipped: %s\n" (ert-test-name test)))))
  (princ (format "%d passed, %d failed\n" (ert-stats-completed-expected stats) failed))
  (kill-emacs (if (= failed 0) 0 1)))

;;; memento-test-run.el ends here
