;;; memento-diff-watch.el --- Notice what waits for a review  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A thread of the module watches the database and reports the open requests to a pipe.  The mode line counts those that
;; wait; a new one is named in the echo area when nothing else is there.  Nothing pops up, and no window or focus moves.

;;; Code:

(require 'memento-diff)
(require 'cl-lib)

(defvar memento-diff-watch-mode)
(declare-function memento-core-diff-watch "ext:memento-core")
(declare-function memento-diff-list "memento-diff-list")

;;;; Customization

(defcustom memento-diff-announce t
  "Whether a new request is named in the echo area.
The mode line counts it in any case."
  :group 'memento-diff
  :type 'boolean)

(defface memento-diff-mode-line '((t :inherit mode-line-emphasis))
  "Face of the count of waiting requests in the mode line."
  :group 'memento-diff)

;;;; Internal variables

(defvar memento--diff-requests nil
  "The open requests as they were last reported, the oldest first.")

(defvar memento--diff-known nil
  "The ids of the requests that were reported since the mode was switched on.")

(defvar memento--diff-watch-process nil
  "The pipe that the watching thread reports to, or nil.")

(defvar memento--diff-watch-timer nil
  "The timer that will start the thread, or nil.")

(defconst memento--diff-watch-delays '(5 . 300)
  "After how many seconds a thread that failed is started again.
The first time, and at most.")

(defvar memento--diff-watch-failures 0
  "How often the thread failed since it last reported.")

;;;; The mode line

(defvar memento--diff-mode-line nil
  "The part of the mode line about waiting requests: text, or nil.")
;; Otherwise it could not be clicked.
(put 'memento--diff-mode-line 'risky-local-variable t)

(defvar memento--diff-mode-line-map
  (let ((map (make-sparse-keymap)))
    (define-key map [mode-line mouse-1] #'memento-diff-list)
    map)
  "Keys of the count in the mode line.")

(defun memento--diff-watch-count ()
  "Have the mode line count the requests that wait."
  (let ((waiting (memento--diff-waiting memento--diff-requests)))
    (setq memento--diff-mode-line
          (and waiting
               (concat " "
                       (propertize (format "Review:%d" (length waiting))
                                   'face 'memento-diff-mode-line
                                   'mouse-face 'mode-line-highlight
                                   'help-echo (concat "Waiting for your review:\n"
                                                      (mapconcat (lambda (request)
                                                                   (format "%s: %s" (memento--diff-name request)
                                                                           (memento--diff-title request)))
                                                                 (seq-take waiting 10) "\n")
                                                      "\nmouse-1: list them")
                                   'local-map memento--diff-mode-line-map)
                       " ")))
    ;; Beside what others show there; it starts with "" so that it is no condition.
    (unless global-mode-string
      (setq global-mode-string '("")))
    (add-to-list 'global-mode-string 'memento--diff-mode-line t)
    (force-mode-line-update t)))

;;;; The echo area

(defvar memento--diff-untold nil
  "The requests that are still to be named in the echo area, the oldest first.")

(defvar memento--diff-named nil
  "The requests that were last named in the echo area.")

(defvar memento--diff-told nil
  "What was last said of requests, or nil.")

(defconst memento--diff-reading 2
  "How many seconds a message of another command is left to be read.")

(defun memento--diff-read-p ()
  "Return non-nil if nothing was typed since whatever is shown could be read."
  (let ((idle (current-idle-time)))
    (and idle (>= (float-time idle) memento--diff-reading))))

(defun memento--diff-busy-p ()
  "Return non-nil if the echo area or the keyboard is in use.
A message would then take away what the person reads or answers."
  (or (active-minibuffer-window)
      cursor-in-echo-area
      executing-kbd-macro
      ;; In the middle of a key sequence, or of a command.
      (> (length (this-command-keys-vector)) 0)
      prefix-arg
      (input-pending-p)
      (and (current-message)
           (not (equal (current-message) memento--diff-told))
           (not (memento--diff-read-p)))
      ;; A daemon that nobody has connected to yet.
      (and (daemonp) (equal (terminal-name) "initial_terminal"))))

(defun memento--diff-announcement (requests)
  "Return the text that names REQUESTS, which just came."
  (if (cdr requests)
      (format "%d reviews wait for you: %s" (length requests) (mapconcat #'memento--diff-name requests ", "))
    (format "%s asks for a review: %s" (memento--diff-name (car requests)) (memento--diff-title (car requests)))))

(defun memento--diff-still-waiting (requests)
  "Return those of REQUESTS that wait as was last reported."
  (let ((ids (mapcar (lambda (request) (plist-get request :id)) (memento--diff-waiting memento--diff-requests))))
    (seq-filter (lambda (request) (member (plist-get request :id) ids)) requests)))

(defun memento--diff-tell ()
  "Name in the echo area what came, now or after the next command."
  (setq memento--diff-untold (memento--diff-still-waiting memento--diff-untold))
  (cond
   ((null memento--diff-untold))
   ((memento--diff-busy-p)
    (add-hook 'post-command-hook #'memento--diff-tell-later)
    (unless (memento--diff-read-p)
      (run-with-idle-timer memento--diff-reading nil #'memento--diff-tell)))
   (t
    (setq memento--diff-named
          ;; Those whose names are still shown are not to be wiped out by others.
          (append (and memento--diff-told (equal (current-message) memento--diff-told)
                       (memento--diff-still-waiting memento--diff-named))
                  memento--diff-untold)
          memento--diff-told
          ;; More than a line would make the windows smaller.
          (truncate-string-to-width (memento--diff-announcement memento--diff-named)
                                    (1- (window-width (minibuffer-window))) nil nil "…")
          memento--diff-untold nil)
    (message "%s" memento--diff-told))))

(defun memento--diff-tell-later ()
  "Name what came when the person stops typing.
For `post-command-hook', where it is once."
  (remove-hook 'post-command-hook #'memento--diff-tell-later)
  (run-with-idle-timer 0.5 nil #'memento--diff-tell))

;;;; Listening

(defun memento--diff-watch-event (process event)
  "Act on EVENT, a plist that the thread reported to PROCESS."
  ;; One that was stopped may have left something in the pipe.
  (when (eq process memento--diff-watch-process)
    (pcase (plist-get event :event)
      ('requests
       (let ((requests (plist-get event :requests)))
         (setq memento--diff-watch-failures 0
               memento--diff-requests requests)
         (dolist (request (and memento-diff-announce (memento--diff-waiting requests)))
           (unless (member (plist-get request :id) memento--diff-known)
             (setq memento--diff-untold (append memento--diff-untold (list request)))))
         (dolist (request requests)
           (cl-pushnew (plist-get request :id) memento--diff-known :test #'equal))
         (memento--diff-watch-count)
         (run-hooks 'memento-diff-changed-hook)
         (memento--diff-tell)))
      ('error
       (memento--diff-watch-failed (plist-get event :message))))))

(defun memento--diff-watch-failed (message)
  "Start the thread again after a while, since it failed with MESSAGE."
  (memento--diff-watch-stop)
  (when (= memento--diff-watch-failures 0)
    (message "Reviews are not noticed now: %s" message))
  (setq memento--diff-watch-timer
        (run-with-timer (min (cdr memento--diff-watch-delays)
                             (* (car memento--diff-watch-delays) (expt 2 memento--diff-watch-failures)))
                        nil #'memento--diff-watch-start)
        memento--diff-watch-failures (1+ memento--diff-watch-failures)))

(defun memento--diff-watch-cancel ()
  "Cancel the timer that would start the thread."
  (when memento--diff-watch-timer
    (cancel-timer memento--diff-watch-timer)
    (setq memento--diff-watch-timer nil)))

(defun memento--diff-watch-stop ()
  "End the thread, by closing its pipe, and the timer that would start it."
  (memento--diff-watch-cancel)
  (when memento--diff-watch-process
    (delete-process memento--diff-watch-process)
    (setq memento--diff-watch-process nil)))

(defun memento--diff-watch-start ()
  "Start the thread for the store of today, unless there is one."
  (memento--diff-watch-cancel)
  ;; Nobody has asked for anything: a missing module is built when a command needs it, which then starts the thread.
  (when (and memento-diff-watch-mode (memento-module-available-p))
    (condition-case err
        (let ((store (plist-get (memento--store) :store)))
          (unless (and (process-live-p memento--diff-watch-process)
                       (equal store (process-get memento--diff-watch-process :store)))
            (memento--diff-watch-stop)
            (let ((process (memento--listen "memento-diff-watch" #'memento--diff-watch-event)))
              (process-put process :store store)
              (setq memento--diff-watch-process process)
              (memento-core-diff-watch store process))))
      (error (memento--diff-watch-failed (error-message-string err))))))

;;;; The mode

;;;###autoload
(define-minor-mode memento-diff-watch-mode
  "Count in the mode line the requests for a review, and name new ones.
X; see `memento-diff-watch'."
  :global t
  :group 'memento-diff
  (memento--diff-watch-stop)
  (setq memento--diff-watch-failures 0
        memento--diff-known nil
        memento--diff-untold nil)
  (cond
   (memento-diff-watch-mode
    (add-hook 'memento-store-opened-hook #'memento--diff-watch-start)
    ;; Later, since an init file that waits for the module would be slow.
    (setq memento--diff-watch-timer (run-with-idle-timer 0.1 nil #'memento--diff-watch-start)))
   (t
    (remove-hook 'memento-store-opened-hook #'memento--diff-watch-start)
    (remove-hook 'post-command-hook #'memento--diff-tell-later)
    (setq memento--diff-requests nil
          memento--diff-mode-line nil
          global-mode-string (delete 'memento--diff-mode-line global-mode-string))
    (force-mode-line-update t))))

(provide 'memento-diff-watch)
;;; memento-diff-watch.el ends here
