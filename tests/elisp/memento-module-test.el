;;; memento-module-test.el --- Tests of finding, building and calling the module  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-test-helper)
(require 'lisp-mnt)

(declare-function memento-core-review-list "ext:memento-core")
(declare-function memento-core-review-show "ext:memento-core")
(declare-function memento-core-version "ext:memento-core")
(declare-function memento-core-test-panic "ext:memento-core")

(defun memento-test-fake-cargo (directory script)
  "Write SCRIPT to an executable \"cargo\" in DIRECTORY; return DIRECTORY."
  (let ((file (memento-test-write (concat directory "/cargo") (concat "#!/bin/sh\n" script "\n"))))
    (set-file-modes file #o755)
    (file-name-directory file)))

(ert-deftest memento-module-test-version-is-the-same-everywhere ()
  (memento-test-with-home
    (memento--module-load)
    (should (equal (memento-core-version) memento-version))
    (with-temp-buffer
      (insert-file-contents (expand-file-name "memento.el" memento--directory))
      (should (equal (lm-header "Version") memento-version)))
    (should (string-suffix-p (concat "-" memento-version module-file-suffix) (memento--module-name)))))

(ert-deftest memento-module-test-another-version-is-refused ()
  (memento-test-with-home
    (memento--module-load)
    (cl-letf (((symbol-function 'memento-core-version) (lambda () "9.9.9")))
      (let ((err (should-error (memento--module-load))))
        (should (string-match-p "version 9.9.9, its Lisp is" (error-message-string err)))
        (should (string-match-p "memento-module-build" (error-message-string err)))))))

(ert-deftest memento-module-test-no-module-support ()
  (memento-test-with-home
    (cl-letf ((module-file-suffix nil)
              ((symbol-value 'features) (remq 'memento-core features)))
      (let ((err (should-error (memento--module-load))))
        (should (string-match-p "cannot load dynamic modules" (error-message-string err))))
      (should-not (memento-module-available-p)))))

(ert-deftest memento-module-test-finds-in-the-directory-of-the-option ()
  (memento-test-with-home
    (let* ((process-environment (cons "MEMENTO_MODULE" process-environment))
           (memento--directory (file-name-as-directory memento-test-home))
           (file (memento-test-write (concat "mods/" (memento--module-name)) "x"))
           (memento-module-directory "~/mods"))
      (should (equal (memento--module-file) file))
      (setq memento-module-directory "~/elsewhere")
      (should-not (memento--module-file)))))

(ert-deftest memento-module-test-installs-what-cargo-built-later ()
  (memento-test-with-home
    (let* ((process-environment (append '("MEMENTO_MODULE" "CARGO_TARGET_DIR") process-environment))
           (memento-module-directory nil)
           (memento--directory (concat memento-test-home "/src/elisp/"))
           (built (progn
                    (memento-test-write "src/Cargo.toml" "")
                    (memento-test-write "src/elisp/memento-module.el" "")
                    (memento-test-write "src/target/release/libmemento.so" "one")))
           (system-type 'gnu/linux)
           (file (memento--module-file)))
      (should (equal file (concat memento-test-home "/src/elisp/" (memento--module-name))))
      (should (equal (memento-test-read file) "one"))
      ;; Newer: a new file under the name, for the old one may be loaded.
      (let ((inode (file-attribute-inode-number (file-attributes file))))
        (write-region "two" nil built nil 'silent)
        (set-file-times built (time-add nil 10))
        (should (equal (memento-test-read (memento--module-file)) "two"))
        (should-not (equal inode (file-attribute-inode-number (file-attributes file)))))
      (should (equal (directory-files (file-name-directory file) nil "memento-core")
                     (list (memento--module-name)))))))

(ert-deftest memento-module-test-build-says-what-is-missing ()
  (memento-test-with-home
    (let ((exec-path nil))
      (should (string-match-p "cargo was not found"
                              (error-message-string (should-error (memento-module-build))))))
    (let ((exec-path (list (memento-test-fake-cargo "bin" "exit 0")))
          (memento--directory (file-name-as-directory memento-test-home)))
      (should (string-match-p "memento-module-directory"
                              (error-message-string (should-error (memento-module-build))))))))

(ert-deftest memento-module-test-a-failed-build-shows-why ()
  (memento-test-with-home
    (memento-test-write "src/Cargo.toml" "")
    (memento-test-write "src/elisp/memento-module.el" "")
    (let ((exec-path (append (list (memento-test-fake-cargo "bin" "echo 'error: no such thing'; exit 101")) exec-path))
          (memento--directory (concat memento-test-home "/src/elisp/")))
      (should (string-match-p "failed (101).*memento build"
                              (error-message-string (should-error (memento-module-build)))))
      (should (get-buffer-window "*memento build*"))
      (with-current-buffer "*memento build*"
        (should (string-match-p "error: no such thing" (buffer-string)))))))

(ert-deftest memento-module-test-a-build-is-installed ()
  (memento-test-with-home
    (memento-test-write "src/Cargo.toml" "")
    (memento-test-write "src/elisp/memento-module.el" "")
    (let ((exec-path (append (list (memento-test-fake-cargo
                                    "bin" "mkdir -p target/release; echo \"$@\" > target/release/libmemento.so"))
                             exec-path))
          (process-environment (append '("MEMENTO_MODULE" "CARGO_TARGET_DIR") process-environment))
          (memento-module-directory nil)
          (system-type 'gnu/linux)
          (memento--directory (concat memento-test-home "/src/elisp/")))
      (should (equal (string-trim (memento-test-read (memento-module-build)))
                     (string-join memento-module-build-arguments " "))))))

(ert-deftest memento-module-test-a-panic-is-an-error ()
  (memento-test-with-home
    (memento--module-load)
    (unless (fboundp 'memento-core-test-panic)
      (ert-skip "the module is built for release"))
    (let ((err (should-error (memento-core-test-panic) :type 'memento-panic)))
      (should (string-match-p "a deliberate panic" (cadr err)))
      (should (string-match-p "\\.rs:[0-9]+" (cadr err))))
    ;; Memento's mistake, not the person's.
    (should-error (memento--with-user-errors (memento-core-test-panic)) :type 'memento-panic)
    (should (equal (memento-core-version) memento-version))))

(ert-deftest memento-module-test-errors-have-kinds ()
  (memento-test-with-home
    (should-error (memento--call #'memento-core-review-show "cr-nothing") :type 'memento-not-found)
    (should-error (memento--call #'memento-core-review-show "cr-nothing") :type 'memento-error)
    (memento-test-should-refuse "cr-nothing"
      (memento--with-user-errors (memento--call #'memento-core-review-show "cr-nothing")))
    (should-error (memento--call #'memento-core-review-list '(:state "half")) :type 'memento-invalid)))

(ert-deftest memento-module-test-the-store-follows-the-environment ()
  (memento-test-with-home
    (should (equal (plist-get (memento--store) :review-log) memento-test-log))
    (should (eq (memento--store) (memento--store)))
    (let ((process-environment (cons (concat "MEMENTO_REVIEW_LOG=" memento-test-home "/other.org") process-environment)))
      (should (equal (plist-get (memento--store) :review-log) (concat memento-test-home "/other.org"))))
    (should (equal (plist-get (memento--store) :review-log) memento-test-log))))

(ert-deftest memento-module-test-the-store-follows-the-configuration ()
  (memento-test-with-home
    (memento--store)
    (memento-test-write ".config/memento/config.toml" "review_log = '~/conf.org'\n")
    (should (equal (plist-get (memento--store) :review-log) (concat memento-test-home "/conf.org")))))

(ert-deftest memento-module-test-text-that-is-no-text-crosses ()
  (should (equal (memento--text "häu\x3fffff") "häu\N{REPLACEMENT CHARACTER}"))
  (should (equal (memento--text (propertize "a" 'face 'bold)) "a"))
  (should-not (text-properties-at 0 (memento--text (propertize "a" 'face 'bold)))))

(ert-deftest memento-module-test-loading-changes-nothing ()
  (with-temp-buffer
    (call-process (expand-file-name invocation-name invocation-directory) nil t nil "-Q" "--batch" "-L" memento--directory
                  "-l" "memento" "-l" "memento-review-list" "-l" "memento-review-capture" "-l" "memento-review-mode"
                  "--eval" "(princ (list :key (key-binding (kbd \"C-c r\"))))"
                  "--eval" "(princ (list :hook (memq 'memento--review-log-adopt find-file-hook)))"
                  "--eval" "(princ (list :bound (where-is-internal 'memento-review-comment global-map)))"
                  "--eval" "(princ (list :module (featurep 'memento-core)))")
    (should (string-suffix-p "(:key nil)(:hook nil)(:bound nil)(:module nil)" (buffer-string)))))

;;; memento-module-test.el ends here
