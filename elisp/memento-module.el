;;; memento-module.el --- Find, build and load memento's native module  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; memento's work is done by a Rust library that Emacs loads as a dynamic module.  This file finds it, offers to build it
;; where it is missing, refuses one of another version, and is the only way from Lisp to it: `memento--call'.
;;
;; The module is loaded under a file name that bears its version and is installed by renaming, because overwriting the
;; file of a module that is loaded kills Emacs.

;;; Code:

(require 'subr-x)

;;;; Customization

(defconst memento-version "0.1.0"
  "The version of memento's Lisp; the module's must be the same.")

(defcustom memento-module-directory nil
  "Directory of memento's native module; nil looks in the usual places.
Those are the directory of memento's Lisp files, \"lib/memento\" under the
prefix that it was installed to, \"~/.local/lib/memento\",
\"/usr/local/lib/memento\" and \"/usr/lib/memento\"."
  :group 'memento
  :type '(choice (const :tag "The usual places" nil) directory))

(defcustom memento-module-build-arguments
  '("build" "--release" "--lib" "--no-default-features" "--features" "emacs-module")
  "Arguments to cargo that build the native module."
  :group 'memento
  :type '(repeat string))

;;;; Errors

(define-error 'memento-error "Error in memento")
(define-error 'memento-not-found "Not found" 'memento-error)
(define-error 'memento-conflict "Conflict" 'memento-error)
(define-error 'memento-invalid "Invalid" 'memento-error)
(define-error 'memento-locked "Locked" 'memento-error)
(define-error 'memento-failed "Failed" 'memento-error)
(define-error 'memento-io "Input or output failed" 'memento-error)
(define-error 'memento-git "Git failed" 'memento-error)
(define-error 'memento-database "Database failed" 'memento-error)
(define-error 'memento-panic "Panic in memento's module" 'memento-error)

(defmacro memento--with-user-errors (&rest body)
  "Evaluate BODY; what the module refuses becomes a `user-error'.
A panic stays an error, because it is memento's mistake and not the person's."
  (declare (indent 0) (debug t))
  `(condition-case err
       (progn ,@body)
     (memento-panic (signal (car err) (cdr err)))
     (memento-error (user-error "%s" (or (cadr err) (get (car err) 'error-message))))))

;;;; Internal variables

(defconst memento--directory
  (file-name-directory (or load-file-name buffer-file-name default-directory))
  "The directory that memento's Lisp was loaded from.")

(defconst memento--gc-threshold (* 256 1024 1024)
  "The `gc-cons-threshold' during a call of the module.
Thousands of records cross in one call; collecting between them only costs.")

(defvar memento--store nil
  "The open store, (ENVIRONMENT CONFIG-TIME . PLIST), or nil.
PLIST is what `memento-core-store-open' returned.")

(defvar memento-store-opened-hook nil
  "Hook run after the store was opened, with memento's files known.")

(declare-function memento-core-version "ext:memento-core")
(declare-function memento-core-store-open "ext:memento-core")

;;;; Finding

(defun memento--module-name ()
  "Return the name that the module's file bears."
  (concat "memento-core-" memento-version module-file-suffix))

(defun memento--module-directories ()
  "Return the directories in which the module may be, best first."
  (delete-dups
   (mapcar #'expand-file-name
           (if memento-module-directory
               (list memento-module-directory)
             (list memento--directory
                   ;; PREFIX/share/emacs/site-lisp/memento and PREFIX/lib/memento.
                   (expand-file-name "../../../../lib/memento" memento--directory)
                   "~/.local/lib/memento" "/usr/local/lib/memento" "/usr/lib/memento")))))

(defun memento--module-source ()
  "Return the directory of memento's Rust sources, or nil."
  ;; Package managers link the Lisp files into a directory of their own: follow the link.
  (let ((root (file-name-directory
               (directory-file-name
                (file-name-directory
                 (file-truename (expand-file-name "memento-module.el" memento--directory)))))))
    (and root (file-exists-p (expand-file-name "Cargo.toml" root)) root)))

(defun memento--module-built ()
  "Return the library that cargo built in the source directory, or nil."
  (when-let ((source (memento--module-source))
             (target (expand-file-name (or (getenv "CARGO_TARGET_DIR") "target") source))
             (library (expand-file-name
                       (concat "release/libmemento" (if (eq system-type 'darwin) ".dylib" ".so")) target)))
    (and (file-exists-p library) library)))

(defun memento--module-install (built)
  "Install BUILT, made by cargo, under its versioned name and return that.
It is renamed into place: an Emacs that has loaded the old file keeps that."
  (let* ((directory (seq-find (lambda (dir) (or memento-module-directory (file-writable-p dir)))
                              (memento--module-directories)
                              (expand-file-name "~/.local/lib/memento")))
         (file (expand-file-name (memento--module-name) directory)))
    (make-directory directory t)
    (let ((temporary (make-temp-name (concat file "."))))
      (copy-file built temporary)
      (rename-file temporary file t))
    file))

(defun memento--module-file ()
  "Return the file of the module, or nil where there is none.
The environment variable MEMENTO_MODULE names one and overrides the search.  A
library that cargo built in the source tree after the module was installed is
installed first."
  (if-let ((override (getenv "MEMENTO_MODULE")))
      (expand-file-name override)
    (let ((file (locate-file (memento--module-name) (memento--module-directories)))
          (built (memento--module-built)))
      (if (and built (or (null file) (file-newer-than-file-p built file)))
          (memento--module-install built)
        file))))

;;;; Building

(defun memento--module-build-failure ()
  "Return why the module cannot be built here, or nil where it can."
  (cond
   ((not (memento--module-cargo))
    "memento's module must be built, and cargo was not found: install Rust (https://rustup.rs), then try again")
   ((not (memento--module-source))
    (format "memento's module %s was not found, and neither were its sources beside %s: set `memento-module-directory'"
            (memento--module-name) (abbreviate-file-name memento--directory)))))

(defun memento--module-cargo ()
  "Return the cargo program, or nil."
  (or (executable-find "cargo")
      (let ((file (expand-file-name "~/.cargo/bin/cargo")))
        (and (file-executable-p file) file))))

;;;###autoload
(defun memento-module-build ()
  "Build memento's native module with cargo, in view, and install it.
Return the module's file.  An Emacs that has loaded one must be restarted to use
the new one."
  (interactive)
  (when-let ((why (memento--module-build-failure)))
    (error "%s" why))
  (let* ((default-directory (memento--module-source))
         (buffer (get-buffer-create "*memento build*"))
         (status (save-window-excursion
                   (with-current-buffer buffer
                     (let ((inhibit-read-only t))
                       (erase-buffer)
                       (special-mode)
                       (insert (format "%s %s\n\n" (memento--module-cargo)
                                       (string-join memento-module-build-arguments " ")))))
                   (display-buffer buffer)
                   (redisplay t)
                   (let ((inhibit-read-only t))
                     (apply #'call-process (memento--module-cargo) nil (list buffer t) t
                            memento-module-build-arguments)))))
    (unless (eq status 0)
      (display-buffer buffer)
      (error "Building memento's module failed (%s): the buffer %s says why" status (buffer-name buffer)))
    (let ((file (memento--module-install
                 (or (memento--module-built) (error "Cargo built no library under %s" default-directory)))))
      (message "Installed %s%s" (abbreviate-file-name file)
               (if (featurep 'memento-core) "; restart Emacs to use it" ""))
      file)))

;;;; Loading

(defun memento--module-check ()
  "Signal an error unless the loaded module is of this version."
  (let ((version (memento-core-version)))
    (unless (equal version memento-version)
      (error "The loaded module of memento is version %s, its Lisp is %s: %s"
             version memento-version "build it with M-x memento-module-build, then restart Emacs"))))

(defun memento--module-load ()
  "Load the native module, offering to build it where it is missing.
Signal an error that says what to do where it cannot be had."
  (unless (featurep 'memento-core)
    (unless (and (fboundp 'module-load) (bound-and-true-p module-file-suffix))
      (error "This Emacs cannot load dynamic modules: use one that was built with --with-modules"))
    (let ((file (memento--module-file)))
      (cond
       ((and file (not (file-exists-p file)))
        (error "MEMENTO_MODULE names %s, which does not exist" file))
       (file)
       ((memento--module-build-failure)
        (error "%s" (memento--module-build-failure)))
       ((and (not noninteractive)
             (y-or-n-p "Memento's native module must be built first (a minute or two).  Build it now? "))
        (setq file (memento-module-build)))
       (t (user-error "Memento needs its native module: M-x memento-module-build builds it")))
      (module-load file)))
  (memento--module-check))

(defun memento-module-available-p ()
  "Return non-nil if the module is loaded or can be without asking."
  (or (featurep 'memento-core)
      (and (fboundp 'module-load)
           (bound-and-true-p module-file-suffix)
           (when-let ((file (memento--module-file)))
             (file-exists-p file)))))

;;;; Calling

(defun memento--text (string)
  "Return STRING as text that can cross into the module.
What is not a character, such as a raw byte of a file in an unknown coding
system, becomes the replacement character."
  (let ((at (unencodable-char-position 0 (length string) 'utf-8 nil string)))
    (if at
        (concat (mapcar (lambda (char) (if (encode-coding-char char 'utf-8) char #xfffd)) string))
      (substring-no-properties string))))

(defun memento--store ()
  "Return the plist of the store, opened where that has not been done.
It is opened again when `process-environment' or the configuration file changed."
  (let* ((known (cddr memento--store))
         (config-time (lambda (plist)
                        (file-attribute-modification-time
                         (file-attributes (plist-get plist :config-file))))))
    (if (and known
             (equal (car memento--store) process-environment)
             (equal (cadr memento--store) (funcall config-time known)))
        known
      (memento--module-load)
      (let ((plist (memento-core-store-open (mapcar #'memento--text process-environment))))
        (setq memento--store
              (cons (copy-sequence process-environment) (cons (funcall config-time plist) plist)))
        (run-hooks 'memento-store-opened-hook)
        plist))))

(defmacro memento--without-gc (&rest body)
  "Evaluate BODY with garbage collection put off, for work on many records.
The collection comes afterwards, so show what the person waits for in BODY."
  (declare (indent 0) (debug t))
  `(let ((gc-cons-threshold (max gc-cons-threshold memento--gc-threshold)))
     ,@body))

(defmacro memento--without-gc-until-idle (&rest body)
  "Evaluate BODY, which asks the person something about many records.
Garbage is collected when the question is on the screen and nobody types."
  (declare (indent 0) (debug t))
  (let ((before (make-symbol "before"))
        (timer (make-symbol "timer")))
    `(let* ((,before gc-cons-threshold)
            (gc-cons-threshold (max gc-cons-threshold memento--gc-threshold))
            (,timer (run-with-idle-timer 0.3 nil (lambda () (setq gc-cons-threshold ,before)))))
       (unwind-protect
           (progn ,@body)
         (cancel-timer ,timer)))))

(defun memento--call (function &rest arguments)
  "Call FUNCTION of the module with the store and ARGUMENTS; return its result.
Signal a `memento-error' where the module does."
  (let ((store (plist-get (memento--store) :store)))
    (memento--without-gc
      (apply function store arguments))))

;;;; Listening

(defun memento--take-events (process string handler)
  "Call HANDLER with PROCESS and each event that STRING completes.
STRING is what a thread of the module reported to the pipe PROCESS: plists, one
a line."
  (let* ((lines (split-string (concat (process-get process :partial) string) "\n"))
         (complete (butlast lines)))
    (process-put process :partial (car (last lines)))
    (dolist (line complete)
      (unless (string-empty-p line)
        (with-demoted-errors "memento: %S"
          (funcall handler process (car (read-from-string line))))))))

(defun memento--listen (name handler &optional sentinel)
  "Return a pipe NAME for a thread of the module to report to.
HANDLER is called with it and each event; SENTINEL is the process's."
  (let ((process-adaptive-read-buffering nil))
    (make-pipe-process :name name :noquery t :coding 'utf-8-unix :buffer nil
                       :filter (lambda (process string) (memento--take-events process string handler))
                       :sentinel (or sentinel #'ignore))))

(provide 'memento-module)
;;; memento-module.el ends here
