;;; lint.el --- Compile, checkdoc and package-lint memento's Lisp  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Run it as "make lint" does: in batch, with elisp/ on the load path.
;;
;; Each complaint is one line; with any the exit code is 1.  The tests' own files are compiled too, but need not be a
;; package.

;;; Code:

(require 'bytecomp)
(require 'checkdoc)
(require 'package)
(require 'seq)

(defconst lint-root (expand-file-name "../.." (file-name-directory load-file-name)))
;; In this repository prompts are things.
(setq checkdoc-common-verbs-wrong-voice (assoc-delete-all "prompts" checkdoc-common-verbs-wrong-voice))

(defvar lint-complaints 0)

(defun lint-complain (file line message)
  "Print MESSAGE about LINE of FILE."
  (setq lint-complaints (1+ lint-complaints))
  (princ (format "%s:%s: %s\n" (file-relative-name file lint-root) line message)))

(defun lint-files (directory)
  "Return the Lisp files in DIRECTORY of the repository."
  (directory-files (expand-file-name directory lint-root) t "\\`[^.].*\\.el\\'"))

(defun lint-compile (file)
  "Complain of the warnings and errors that compiling FILE gives."
  (let ((byte-compile-dest-file-function
         (lambda (name) (expand-file-name (concat (file-name-nondirectory name) "c") temporary-file-directory)))
        (byte-compile-log-warning-function
         (lambda (message position &optional _fill _level)
           (lint-complain file
                          (if (and position (get-buffer " *Compiler Input*"))
                              (with-current-buffer " *Compiler Input*" (line-number-at-pos position t))
                            0)
                          message)))
        (inhibit-message t))
    (unless (byte-compile-file file)
      (lint-complain file 0 "does not compile"))
    (delete-file (funcall byte-compile-dest-file-function file))))

(defun lint-checkdoc (file)
  "Complain of FILE as checkdoc does."
  (with-current-buffer (find-file-noselect file)
    (let ((checkdoc-create-error-function
           (lambda (text start &rest _)
             (lint-complain file (line-number-at-pos (or start (point-min)) t) text)
             nil))
          (checkdoc-diagnostic-buffer " *lint checkdoc*")
          (checkdoc-autofix-flag 'never)
          (inhibit-message t))
      (checkdoc-current-buffer t))))

(defun lint-package (file)
  "Complain of FILE as package-lint does."
  (with-temp-buffer
    (insert-file-contents file t)
    (emacs-lisp-mode)
    (let ((text-quoting-style 'grave))
      (pcase-dolist (`(,line ,_ ,_ ,message) (package-lint-buffer))
        ;; package-lint 0.16 was made before Emacs 28 was released, and warns of it as of one to come.
        (unless (string-search "uninstallable in all released Emacs versions" message)
          (lint-complain file line message))))))

(defun lint-style (file)
  "Complain of what this repository wants of FILE: its length and its words."
  (with-temp-buffer
    (insert-file-contents file)
    (when (> (count-lines (point-min) (point-max)) 400)
      (lint-complain file 400 "longer than 400 lines: look for the second reason to change"))
    (let ((case-fold-search nil))
      (while (re-search-forward (rx (or "FIX" "XX") (or "ME" "X") word-end) nil t)
        (lint-complain file (line-number-at-pos) "unfinished work")))))

(let ((sources (lint-files "elisp"))
      (tests (lint-files "tests/elisp")))
  (add-to-list 'load-path (expand-file-name "elisp" lint-root))
  (add-to-list 'load-path (expand-file-name "tests/elisp" lint-root))
  (mapc #'lint-compile (append sources tests))
  (mapc #'lint-style (append sources tests))
  (mapc #'lint-checkdoc (append sources tests))
  ;; Where Debian keeps packages; -Q leaves it out.
  (add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")
  (package-initialize)
  (if (not (require 'package-lint nil t))
      (lint-complain (car sources) 1 "package-lint is not installed (Debian: elpa-package-lint)")
    (with-suppressed-warnings ((free-vars package-lint-main-file))
      (defvar package-lint-main-file)
      (setq package-lint-main-file (expand-file-name "elisp/memento.el" lint-root)))
    (mapc #'lint-package sources)))

(princ (if (= lint-complaints 0) "elisp: no complaint\n" (format "elisp: %d complaints\n" lint-complaints)))
(kill-emacs (if (= lint-complaints 0) 0 1))

(declare-function package-lint-buffer "ext:package-lint")

;;; lint.el ends here
